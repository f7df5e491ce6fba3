import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cpus } from 'node:os';
import { format } from 'prettier';
import { KAFKA_VERSION } from '../../verify/kafka-classes.mjs';
import { chartOf } from './chart.js';
import { type Measured } from './measure.js';
import { NODE_VERSIONS } from './node-versions.js';
import { tableOf } from './table.js';

const ROOT = join(import.meta.dirname, '../../..');
const RECORDED = join(import.meta.dirname, 'recorded.json');
const DOCUMENT = join(ROOT, 'docs/operations/performance.md');
const CHART = join(ROOT, 'docs/operations/performance.svg');
const MARKS = ['<!-- results -->', '<!-- end of results -->'] as const;

/** CPU time of the bare server per event through that of the product, by major version of Node and by cell. */
export type Recorded = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** CPU time is the steadier measure: a busy machine takes time from both servers, but no work. */
export const cpuRatioOf = ({ bare, product }: Pick<Measured, 'bare' | 'product'>): number =>
  bare.cpu / product.cpu;

export async function recordedRatios(): Promise<Recorded> {
  return JSON.parse(await readFile(RECORDED, 'utf8')) as Recorded;
}

/** Writes what was measured into the document, its chart, and the ratios that the guard of `npm run verify` compares with. */
export async function record(results: readonly Measured[]): Promise<void> {
  const ratios: Record<string, Record<string, number>> = { ...(await recordedRatios()) };
  for (const result of results)
    ratios[result.node] = { ...ratios[result.node], [result.cell]: Number(cpuRatioOf(result).toFixed(2)) };
  await writeFormatted(RECORDED, JSON.stringify(ratios), 'json');
  const document = await readFile(DOCUMENT, 'utf8');
  const [before = ''] = document.split(MARKS[0]);
  const after = document.split(MARKS[1])[1] ?? '';
  const block = [MARKS[0], '', machine(results), '', ...tableOf(results), '', MARKS[1]].join('\n');
  await writeFormatted(DOCUMENT, `${before}${block}${after}`, 'markdown');
  await writeFile(CHART, chartOf(results));
}

function machine(results: readonly Measured[]): string {
  const day = new Date().toISOString().slice(0, 10);
  const versions = [...new Set(results.map(({ node }) => NODE_VERSIONS[node] ?? node))].join(', ');
  const [cpu] = cpus();
  return `Measured on ${day}: ${cpus().length} cores (${cpu?.model ?? 'unknown'}), shared by server, stores and load. Node ${versions}; Kafka ${KAFKA_VERSION}, one broker.`;
}

async function writeFormatted(path: string, text: string, parser: 'json' | 'markdown'): Promise<void> {
  await writeFile(path, await format(text, { parser, printWidth: 110 }));
}

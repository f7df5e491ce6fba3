import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import { installPackages } from '../../verify/debian-packages.mjs';
import { hasCommand } from '../../verify/run.mjs';
import { CELLS, type Measured, measure } from './measure.js';
import { nodeBinary } from './node-versions.js';
import { type Store, startStore } from './stores.js';
import { record } from './recorded.js';
import { tableOf } from './table.js';

/**
 * Compares the product with a bare server of the same promise, in pairs of the same run: events per second, CPU per event and
 * latency, for each cell and version of Node. With `--record` it writes the results into docs/operations/performance.md, and
 * the ratios that the guard of `npm run verify` compares with.
 * Run:
 * npm run bench -- [--cell kafka/single] [--node 24] [--rounds 3] [--seconds 5] [--record]
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    cell: { type: 'string', multiple: true },
    node: { type: 'string', multiple: true, default: ['20', '22', '24'] },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    record: { type: 'boolean', default: false },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);

if (!hasCommand('wrk')) await installPackages(['wrk']);
const chosen = CELLS.filter(({ name }) => values.cell?.some((part) => name.startsWith(part)) ?? true);
if (chosen.length === 0) throw new Error(`no such cell: choose ${CELLS.map(({ name }) => name).join(', ')}`);
const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
const stores = new Map<string, Store>();
const results: Measured[] = [];
try {
  for (const kind of new Set(chosen.map(({ store }) => store)))
    stores.set(kind, await startStore(kind, folder));
  for (const major of values.node) {
    const node = await nodeBinary(major);
    for (const cell of chosen) {
      const store = stores.get(cell.store);
      if (store === undefined) throw new Error(`${cell.store} was not started`);
      const rounds = { rounds: Number(values.rounds), seconds: Number(values.seconds), folder };
      const measured = await measure(cell, store, { major, node }, rounds);
      results.push(measured);
      say(tableOf([measured]).at(-1) ?? '');
    }
  }
} finally {
  for (const store of stores.values()) await store.stop();
  await rm(folder, { recursive: true, force: true });
}
say('');
for (const line of tableOf(results)) say(line);
if (values.record) await record(results);

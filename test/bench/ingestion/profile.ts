import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import { load } from './load.js';
import { CELLS } from './measure.js';
import { nodeBinary } from './node-versions.js';
import { startStore } from './stores.js';

/**
 * Where the product's CPU time of one cell goes: the functions and the packages with the most time of their own.
 * Run:
 * npm run bench:profile -- [--cell kafka/single] [--node 24] [--seconds 8]
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    cell: { type: 'string', default: 'kafka/single' },
    node: { type: 'string', default: '24' },
    seconds: { type: 'string', default: '8' },
    top: { type: 'string', default: '40' },
  },
});

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const say = (line: string) => process.stdout.write(`${line}\n`);

const cell = CELLS.find(({ name }) => name === values.cell);
if (cell === undefined) throw new Error(`no such cell: choose ${CELLS.map(({ name }) => name).join(', ')}`);
const folder = await mkdtemp(join(tmpdir(), 'tributary-profile-'));
const profiles = join(folder, 'profiles');
const store = await startStore(cell.store, folder);
try {
  process.env['BENCH_NODE_OPTIONS'] = `--cpu-prof --cpu-prof-interval=500 --cpu-prof-dir=${profiles}`;
  const product = await store.product(await nodeBinary(values.node));
  await load(product.port, cell.shape, { seconds: 4, folder });
  const { perSecond } = await load(product.port, cell.shape, { seconds: Number(values.seconds), folder });
  await product.stop();
  say(`${cell.name} on Node ${values.node}: ${Math.round(perSecond)} events/s while profiled`);
  for (const name of await readdir(profiles)) {
    const profile = JSON.parse(await readFile(join(profiles, name), 'utf8')) as Profile;
    if (name === (await largest(profiles))) report(profile);
  }
} finally {
  await store.stop();
  await rm(folder, { recursive: true, force: true });
}

/** The main thread's profile has the most samples; worker threads write one each too. */
async function largest(directory: string): Promise<string> {
  const names = await readdir(directory);
  const sizes = await Promise.all(
    names.map(async (name) => ({ name, size: (await readFile(join(directory, name))).length })),
  );
  return sizes.sort((a, b) => b.size - a.size)[0]?.name ?? '';
}

function report({ nodes, samples, timeDeltas }: Profile): void {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byFunction = new Map<string, number>();
  const byPackage = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const time = timeDeltas[index] ?? 0;
    if (frame === undefined || frame.functionName === '(idle)') continue;
    total += time;
    const place = placeOf(frame.url);
    const name = `${frame.functionName || '(anonymous)'} ${place}:${frame.lineNumber + 1}`;
    byFunction.set(name, (byFunction.get(name) ?? 0) + time);
    const owner = ownerOf(frame.url, frame.functionName);
    byPackage.set(owner, (byPackage.get(owner) ?? 0) + time);
  }
  for (const [title, times] of [
    ['packages', byPackage],
    ['functions', byFunction],
  ] as const) {
    say(`\n${title}, by time of their own`);
    const sorted = [...times].sort((a, b) => b[1] - a[1]).slice(0, Number(values.top));
    for (const [name, time] of sorted) say(`${((time / total) * 100).toFixed(1).padStart(5)} % ${name}`);
  }
}

function placeOf(url: string): string {
  return url.replace(/^.*\/node_modules\//, '').replace(/^.*\/dist\//, '');
}

/** The package, the room of the product, or a part of Node. */
function ownerOf(url: string, functionName: string): string {
  const [, inPackage] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (inPackage !== undefined) return inPackage;
  const [, room] = /\/dist\/src\/([^/]+)/.exec(url) ?? [];
  if (room !== undefined) return `src/${room}`;
  return url === '' ? functionName : url;
}

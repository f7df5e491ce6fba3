import { EVENTS, type Load, load, type Shape } from './load.js';
import { type Served } from './served.js';
import { type Store, type StoreKind } from './stores.js';

export interface Cell {
  readonly name: string;
  readonly store: StoreKind;
  readonly shape: Shape;
}

export const CELLS: readonly Cell[] = (['kafka', 'embedded'] as const).flatMap((store) =>
  (['single', 'batch-10', 'batch-100', 'pixel'] as const).map((shape) => ({
    name: `${store}/${shape}`,
    store,
    shape,
  })),
);

/** One server under one load. */
export interface Side extends Load {
  /** CPU time of the server per event, in µs. */
  readonly cpu: number;
}

/** The pairs of one cell; of each side its median, and the median of the ratios of the pairs. */
export interface Measured {
  readonly cell: string;
  readonly node: string;
  readonly product: Side;
  readonly bare: Side;
  /** Events per second of the product through those of the bare server in the same pair. */
  readonly ratio: number;
  readonly ratios: readonly number[];
  readonly memoryMib: number;
}

interface Rounds {
  readonly warmUpSeconds?: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly folder: string;
}

/** Starts both servers, loads them in turn, and checks that no acknowledged event is missing in the log. */
export async function measure(
  { name, shape }: Cell,
  store: Store,
  { major, node }: { readonly major: string; readonly node: string },
  { warmUpSeconds = 3, rounds, seconds, folder }: Rounds,
): Promise<Measured> {
  const before = await store.written();
  const [bare, product] = [await store.bare(node), await store.product(node)];
  let accepted = 0;
  const memory: number[] = [];
  const pairs: { product: Side; bare: Side }[] = [];
  try {
    for (const server of [bare, product]) {
      const { accepted: warm } = await load(server.port, shape, { seconds: warmUpSeconds, folder });
      if (server === product) accepted += warm;
    }
    for (let round = 0; round < rounds; round += 1) {
      const one = await sideOf(bare, shape, { seconds, folder });
      const other = await sideOf(product, shape, { seconds, folder });
      accepted += other.accepted;
      pairs.push({ bare: one, product: other });
    }
    memory.push(await product.memoryMib());
  } finally {
    await Promise.all([bare.stop(), product.stop()]);
  }
  const found = (await store.written()) - before;
  const acknowledged = accepted * EVENTS[shape];
  if (found < acknowledged)
    throw new Error(`${name}: ${acknowledged} events were acknowledged, ${found} are in the log`);
  const failed = pairs.reduce((sum, pair) => sum + pair.product.failed + pair.bare.failed, 0);
  if (failed > 0) throw new Error(`${name}: ${failed} requests failed`);
  const ratios = pairs.map((pair) => pair.product.perSecond / pair.bare.perSecond);
  return {
    cell: name,
    node: major,
    ratio: median(ratios),
    ratios,
    product: middle(pairs.map((pair) => pair.product)),
    bare: middle(pairs.map((pair) => pair.bare)),
    memoryMib: memory[0] ?? NaN,
  };
}

async function sideOf(
  server: Served,
  shape: Shape,
  options: { seconds: number; folder: string },
): Promise<Side> {
  const before = server.cpuMs();
  const result = await load(server.port, shape, options);
  const cpuMs = server.cpuMs() - before;
  return { ...result, cpu: (cpuMs * 1_000) / (result.accepted * EVENTS[shape]) };
}

/** The side with the median rate. */
function middle(sides: readonly Side[]): Side {
  const sorted = [...sides].sort((a, b) => a.perSecond - b.perSecond);
  const side = sorted[Math.floor(sorted.length / 2)];
  if (side === undefined) throw new Error('nothing was measured');
  return side;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

import { cpuMsOf } from './cpu-time.js';

/** One of two ways to do the same work. */
export interface Side {
  /** Does the work once. */
  run(): Promise<unknown>;
  /** Its further processes. */
  pids(): readonly number[];
}

interface Figures {
  /** Events per second. */
  readonly rate: number;
  /** CPU time of the main process per event, in µs. */
  readonly main: number;
  /** The same with that of the further processes. */
  readonly all: number;
}

const FIGURES = ['rate', 'main', 'all'] as const;

async function measure(side: Side, events: number): Promise<Figures> {
  const pids = side.pids();
  const before = { main: cpuMsOf([]), all: cpuMsOf(pids) };
  const started = performance.now();
  await side.run();
  const seconds = (performance.now() - started) / 1_000;
  const perEvent = (ms: number) => (ms * 1_000) / events;
  return {
    rate: events / seconds,
    main: perEvent(cpuMsOf([]) - before.main),
    all: perEvent(cpuMsOf(pids) - before.all),
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Compares two sides in pairs whose order alternates, after one run of each, and prints the figures and their ratios. */
export async function compare(
  name: string,
  { pairs, events }: { readonly pairs: number; readonly events: number },
  sides: Readonly<Record<'inside' | 'outside', Side>>,
): Promise<void> {
  const say = (line: string) => process.stdout.write(`${name}: ${line}\n`);
  await sides.inside.run();
  await sides.outside.run();
  const ratios: Record<keyof Figures, number[]> = { rate: [], main: [], all: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    const order = pair % 2 === 0 ? (['inside', 'outside'] as const) : (['outside', 'inside'] as const);
    const first = await measure(sides[order[0]], events);
    const second = await measure(sides[order[1]], events);
    const [inside, outside] = order[0] === 'inside' ? [first, second] : [second, first];
    for (const figure of FIGURES) ratios[figure].push(outside[figure] / inside[figure]);
    say(
      `inside ${inside.rate.toFixed(0)}/s, outside ${outside.rate.toFixed(0)}/s; CPU per event: inside ${inside.all.toFixed(1)} µs, ` +
        `outside ${outside.all.toFixed(1)} µs, of it main process ${outside.main.toFixed(1)} µs`,
    );
  }
  const [rate, main, all] = FIGURES.map((figure) => median(ratios[figure]).toFixed(2));
  say(`median outside/inside: rate ${rate}, CPU time ${all}, that of the main process ${main}`);
}

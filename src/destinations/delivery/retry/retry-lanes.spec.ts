import { describe, expect, it, vi } from 'vitest';
import { type DestinationDirectory } from '../directory/destination-directory.js';
import { type RetryTimer } from '../ledger/retry-ledger.js';
import { type RetryAttempt } from './retry-attempt.js';
import { RetryLanes } from './retry-lanes.js';
import { type RetryTimers } from './timers/retry-timers.js';

const timer = (id: number, attempt = 1): RetryTimer => ({
  id: `row-${id}`,
  destinationId: 'dst',
  attempt,
  delayMs: 0,
});

/** Lanes whose attempts last until the test ends them, and the timer keys of each attempt. */
function lanes(limits = { maxItems: 3, concurrency: 1 }) {
  const runs: string[][] = [];
  const ends: ((next?: readonly RetryTimer[]) => void)[] = [];
  const directory = { active: () => ({ limits }) };
  const run = vi.fn((_destination: string, timers: readonly RetryTimer[]) => {
    runs.push(timers.map(({ id, attempt }) => `${id}:${attempt}`));
    return new Promise<readonly RetryTimer[]>((resolve) => ends.push((next = []) => resolve(next)));
  });
  let onDue: (timer: RetryTimer) => void = () => undefined;
  const made = new RetryLanes(
    directory as unknown as DestinationDirectory,
    { run } as unknown as RetryAttempt,
    { start: (listener) => void (onDue = listener) } as Partial<RetryTimers> as RetryTimers,
  );
  made.start();
  /** Ends the oldest attempt; the next one has started when this resolves. */
  const end = async (next?: readonly RetryTimer[]) => {
    ends.shift()?.(next);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { lanes: made, runs, end, fire: (one: RetryTimer) => onDue(one) };
}

describe('the lane of a destination', () => {
  it('attempts together what has gathered during an attempt, up to the size of a call', async () => {
    const { lanes: made, runs, end } = lanes();
    for (let id = 1; id <= 6; id += 1) made.add(timer(id));
    await end();
    await end();
    expect(runs).toEqual([['row-1:1'], ['row-2:1', 'row-3:1', 'row-4:1'], ['row-5:1', 'row-6:1']]);
  });

  it('attempts one delivery per call where the type takes one, with the concurrency of the type', () => {
    const { lanes: made, runs } = lanes({ maxItems: 1, concurrency: 2 });
    for (let id = 1; id <= 3; id += 1) made.add(timer(id));
    expect(runs).toEqual([['row-1:1'], ['row-2:1']]);
  });

  it('attempts alone what has failed often, as it may be the reason why its batch fails', async () => {
    const { lanes: made, runs, end } = lanes();
    made.add(timer(1));
    for (const one of [timer(2), timer(3, 4), timer(4), timer(5, 3)]) made.add(one);
    await end();
    await end();
    expect(runs).toEqual([['row-1:1'], ['row-2:1', 'row-4:1', 'row-5:3'], ['row-3:4']]);
  });

  it('ignores a timer whose attempt is in flight, and accepts its next attempt', async () => {
    const { lanes: made, runs, end } = lanes();
    made.add(timer(1));
    made.add(timer(1));
    made.add(timer(1, 2));
    await end();
    await end();
    expect(runs).toEqual([['row-1:1'], ['row-1:2']]);
    made.add(timer(1));
    expect(runs).toHaveLength(3);
  });

  it('accepts due timers', () => {
    const { runs, fire } = lanes();
    fire(timer(1));
    expect(runs).toEqual([['row-1:1']]);
  });

  it('continues with the deliveries that are next in line', async () => {
    const { lanes: made, runs, end } = lanes();
    made.add(timer(1));
    await end([timer(2)]);
    expect(runs).toEqual([['row-1:1'], ['row-2:1']]);
  });

  it('starts nothing after a stop, and waits for attempts in flight', async () => {
    const { lanes: made, runs, end } = lanes();
    made.add(timer(1));
    made.add(timer(2));
    const stopped = made.stop();
    made.add(timer(3));
    await end();
    await stopped;
    expect(runs).toEqual([['row-1:1']]);
  });
});

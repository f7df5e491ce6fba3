import { describe, expect, it, vi } from 'vitest';
import { type DestinationDirectory } from '../directory/destination-directory.js';
import { type RetryTimer } from '../ledger/retry-timer.js';
import { type RetryAttempt } from './retry-attempt.js';
import { RetryLanes } from './retry-lanes.js';

const alarm = (id: number, attempt = 1): RetryTimer => ({
  id: `row-${id}`,
  destinationId: 'dst',
  attempt,
  delayMs: 0,
});

/** Lanes whose attempts last until they are let go, and the ids of what ran together. */
function lanes(limits = { maxItems: 3, concurrency: 1 }) {
  const runs: string[][] = [];
  const ends: ((next?: readonly RetryTimer[]) => void)[] = [];
  const directory = { active: () => ({ limits }) };
  const run = vi.fn((_destination: string, alarms: readonly RetryTimer[]) => {
    runs.push(alarms.map(({ id, attempt }) => `${id}:${attempt}`));
    return new Promise<readonly RetryTimer[]>((resolve) => ends.push((next = []) => resolve(next)));
  });
  const made = new RetryLanes(
    directory as unknown as DestinationDirectory,
    { run } as unknown as RetryAttempt,
  );
  /** Lets the oldest run end; what follows from that has begun when it resolves. */
  const end = async (next?: readonly RetryTimer[]) => {
    ends.shift()?.(next);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { lanes: made, runs, end };
}

describe('the lane of a destination', () => {
  it('tries together what has gathered while it was at work, as far as one call takes it', async () => {
    const { lanes: made, runs, end } = lanes();
    for (let id = 1; id <= 6; id += 1) made.add(alarm(id));
    await end();
    await end();
    expect(runs).toEqual([['row-1:1'], ['row-2:1', 'row-3:1', 'row-4:1'], ['row-5:1', 'row-6:1']]);
  });

  it('tries one at a time where the type takes one, as many side by side as it works on at once', () => {
    const { lanes: made, runs } = lanes({ maxItems: 1, concurrency: 2 });
    for (let id = 1; id <= 3; id += 1) made.add(alarm(id));
    expect(runs).toEqual([['row-1:1'], ['row-2:1']]);
  });

  it('tries alone what has failed often, for its company may fail because of it', async () => {
    const { lanes: made, runs, end } = lanes();
    made.add(alarm(1));
    for (const one of [alarm(2), alarm(3, 4), alarm(4), alarm(5, 3)]) made.add(one);
    await end();
    await end();
    expect(runs).toEqual([['row-1:1'], ['row-2:1', 'row-4:1', 'row-5:3'], ['row-3:4']]);
  });

  it('leaves alone what is at work, and takes its next attempt', async () => {
    const { lanes: made, runs, end } = lanes();
    made.add(alarm(1));
    made.add(alarm(1));
    made.add(alarm(1, 2));
    await end();
    await end();
    expect(runs).toEqual([['row-1:1'], ['row-1:2']]);
    made.add(alarm(1));
    expect(runs).toHaveLength(3);
  });

  it('goes on with what may go next', async () => {
    const { lanes: made, runs, end } = lanes();
    made.add(alarm(1));
    await end([alarm(2)]);
    expect(runs).toEqual([['row-1:1'], ['row-2:1']]);
  });

  it('begins nothing after a stop, and waits for what is at work', async () => {
    const { lanes: made, runs, end } = lanes();
    made.add(alarm(1));
    made.add(alarm(2));
    const stopped = made.stop();
    made.add(alarm(3));
    await end();
    await stopped;
    expect(runs).toEqual([['row-1:1']]);
  });
});

import { yieldToEventLoop } from './pauses.js';

/** Long enough that the pauses cost little, short enough that a call which arrives meanwhile does not notice. */
const TURN_MS = 10;

/**
 * Maps a list as `Array.map` does, and pauses after every 10 ms of work: a synchronous loop over thousands of items would keep
 * all other callers waiting.
 */
export async function mapInTurns<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => R,
): Promise<R[]> {
  const results: R[] = [];
  let turnEndsAt = performance.now() + TURN_MS;
  for (const [index, item] of items.entries()) {
    results.push(work(item, index));
    if (performance.now() < turnEndsAt) continue;
    await yieldToEventLoop();
    turnEndsAt = performance.now() + TURN_MS;
  }
  return results;
}

import { describe, expect, it, vi } from 'vitest';
import { retryUntilAborted } from './retry-until-aborted.js';

const { signal: never } = new AbortController();
const away = new Error('away');

/** Fails the given number of times. */
function failing(times: number) {
  let left = times;
  return vi.fn(() => (left-- > 0 ? Promise.reject(away) : Promise.resolve('kept')));
}

const optionsOf = (signal: AbortSignal) => ({
  signal,
  firstWaitMs: 1,
  longestWaitMs: 2,
  onFirstFailure: vi.fn(),
});

describe('retryUntilAborted', () => {
  it('tries until it succeeds, and reports the first failure only', async () => {
    const options = optionsOf(never);
    const run = failing(4);
    expect(await retryUntilAborted(run, options)).toBe('kept');
    expect(run).toHaveBeenCalledTimes(5);
    expect(options.onFirstFailure).toHaveBeenCalledExactlyOnceWith(away);
  });

  it('reports nothing when the first try succeeds', async () => {
    const options = optionsOf(never);
    expect(await retryUntilAborted(failing(0), options)).toBe('kept');
    expect(options.onFirstFailure).not.toHaveBeenCalled();
  });

  it('doubles the wait up to the longest', async () => {
    const at: number[] = [];
    const run = failing(4);
    const timed = () => {
      at.push(performance.now());
      return run();
    };
    await retryUntilAborted(timed, { ...optionsOf(never), firstWaitMs: 10, longestWaitMs: 25 });
    const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    const least = [10, 20, 25, 25];
    // Node's clock of timers counts whole milliseconds.
    for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThan((least[index] ?? 0) - 2);
  });

  it('tries once even after an abort, and rejects with the error then', async () => {
    const options = optionsOf(AbortSignal.abort());
    const run = failing(1);
    await expect(retryUntilAborted(run, options)).rejects.toBe(away);
    expect(run).toHaveBeenCalledOnce();
    expect(options.onFirstFailure).not.toHaveBeenCalled();
  });

  it('ends its wait at the abort, and tries a last time', async () => {
    const stop = new AbortController();
    const run = failing(Infinity);
    const onFirstFailure = () => setImmediate(() => stop.abort());
    const options = { signal: stop.signal, firstWaitMs: 60_000, longestWaitMs: 60_000, onFirstFailure };
    await expect(retryUntilAborted(run, options)).rejects.toBe(away);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('keeps what the last try achieves', async () => {
    const stop = new AbortController();
    const onFirstFailure = () => setImmediate(() => stop.abort());
    const options = { signal: stop.signal, firstWaitMs: 60_000, longestWaitMs: 60_000, onFirstFailure };
    expect(await retryUntilAborted(failing(1), options)).toBe('kept');
  });
});

import { describe, expect, it } from 'vitest';
import { sleep, sleepUnlessAborted, yieldToEventLoop } from './pauses.js';

const { signal: never } = new AbortController();

async function lengthOf(pause: Promise<void>): Promise<number> {
  const begin = performance.now();
  await pause;
  return performance.now() - begin;
}

describe('sleep', () => {
  it('resolves after its time', async () => {
    // Node's clock of timers counts whole milliseconds.
    expect(await lengthOf(sleep(20))).toBeGreaterThan(18);
  });
});

describe('sleepUnlessAborted', () => {
  it('resolves after its time', async () => {
    expect(await lengthOf(sleepUnlessAborted(20, never))).toBeGreaterThan(18);
  });

  it('resolves as soon as the signal aborts, also if it has aborted before', async () => {
    const stop = new AbortController();
    const pause = sleepUnlessAborted(60_000, stop.signal, { ref: false });
    stop.abort(new Error('stop'));
    expect(await lengthOf(pause)).toBeLessThan(10_000);
    expect(await lengthOf(sleepUnlessAborted(60_000, stop.signal))).toBeLessThan(10_000);
  });
});

describe('yieldToEventLoop', () => {
  it('lets waiting callbacks run first', async () => {
    let ran = false;
    setImmediate(() => (ran = true));
    await yieldToEventLoop();
    expect(ran).toBe(true);
  });
});

import { stat } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { delayedAbort, orAborted, withDeadline, withTimeLimit } from './time-limit.js';

const never = new AbortController().signal;
const hang = () => new Promise<never>(() => undefined);
const timeout = new Error('timeout');

/** Keeps the process busy, so that timers become due before it reads its input. */
function block(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

describe('withTimeLimit', () => {
  it('passes on the result or the error that comes in time', async () => {
    expect(await withTimeLimit(1_000, timeout, never, () => Promise.resolve(1))).toBe(1);
    const failing = withTimeLimit(1_000, timeout, undefined, () => Promise.reject(new Error('own')));
    await expect(failing).rejects.toThrow('own');
  });

  it('rejects as an operation that throws before it waits', async () => {
    const throwing = () => {
      throw new Error('own');
    };
    await expect(withTimeLimit(1_000, timeout, never, throwing)).rejects.toThrow('own');
  });

  it('does not wait for an operation that ignores its signal', async () => {
    let signal: AbortSignal | undefined;
    const work = withTimeLimit(5, timeout, never, (given) => {
      signal = given;
      return hang();
    });
    await expect(work).rejects.toBe(timeout);
    expect(signal?.reason).toBe(timeout);
  });

  it('calls a function for the error at the timeout only', async () => {
    const onTimeout = vi.fn(() => timeout);
    await withTimeLimit(1_000, onTimeout, never, () => Promise.resolve());
    expect(onTimeout).not.toHaveBeenCalled();
    await expect(withTimeLimit(5, onTimeout, never, hang)).rejects.toBe(timeout);
    expect(onTimeout).toHaveBeenCalledOnce();
  });

  it('ends with its parent, and passes on the reason to the operation', async () => {
    const parent = new AbortController();
    let signal: AbortSignal | undefined;
    const work = withTimeLimit(10_000, timeout, parent.signal, (given) => {
      signal = given;
      queueMicrotask(() => parent.abort(new Error('stop')));
      return hang();
    });
    await expect(work).rejects.toThrow('stop');
    expect(signal?.reason).toBe(parent.signal.reason);
  });

  it('does not start the operation when its parent is aborted already', async () => {
    const run = vi.fn(hang);
    const work = withTimeLimit(10_000, timeout, AbortSignal.abort(new Error('stop')), run);
    await expect(work).rejects.toThrow('stop');
    expect(run).not.toHaveBeenCalled();
  });

  it('takes an answer that arrived in time although the process was too busy to read it', async () => {
    const answer = () => new Promise((resolve) => stat('.', () => resolve('answer')));
    // From here the event loop serves due timers before its input.
    await new Promise((resolve) => setImmediate(resolve));
    const work = withTimeLimit(5, timeout, never, () => {
      const answered = answer();
      block(50);
      return answered;
    });
    expect(await work).toBe('answer');
  });

  it('drops the error of an operation that fails after the limit', async () => {
    let fail: (error: Error) => void = () => undefined;
    const run = () => new Promise<never>((_, reject) => (fail = reject));
    await expect(withTimeLimit(5, timeout, never, run)).rejects.toBe(timeout);
    fail(new Error('late, and an unhandled rejection fails this run'));
  });

  it('leaves neither a timer nor a listener behind', async () => {
    vi.useFakeTimers();
    try {
      const { signal } = new AbortController();
      const added = vi.spyOn(signal, 'addEventListener');
      const removed = vi.spyOn(signal, 'removeEventListener');
      await withTimeLimit(1_000, timeout, signal, () => Promise.resolve());
      expect(vi.getTimerCount()).toBe(0);
      expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
        added.mock.calls.map(([, listener]) => listener),
      );
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('orAborted', () => {
  it('passes on the result or the error when the signal does not abort', async () => {
    expect(await orAborted(Promise.resolve(1), never)).toBe(1);
    await expect(orAborted(Promise.reject(new Error('own')), never)).rejects.toThrow('own');
  });

  it('rejects with the reason as soon as the signal aborts, also if it has aborted before', async () => {
    const stop = new AbortController();
    const waiting = orAborted(hang(), stop.signal);
    stop.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    await expect(orAborted(hang(), stop.signal)).rejects.toThrow('stop');
    await expect(orAborted(Promise.reject(new Error('own')), stop.signal)).rejects.toThrow('stop');
  });

  it('listens no longer than the promise is pending', async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    await orAborted(Promise.resolve(), signal);
    await vi.waitFor(() => expect(removed).toHaveBeenCalledOnce());
  });
});

describe('withDeadline', () => {
  it('passes on the result or the error that comes in time', async () => {
    expect(await withDeadline(Promise.resolve(1), 1_000)).toBe(1);
    await expect(withDeadline(Promise.reject(new Error('own')), 1_000)).rejects.toThrow('own');
  });

  it('prefers a result that is there to a deadline that has passed', async () => {
    expect(await withDeadline(Promise.resolve(1), 0)).toBe(1);
  });

  it('resolves to undefined at the deadline, and drops a later error', async () => {
    let fail: (error: Error) => void = () => undefined;
    const late = new Promise<number>((_, reject) => (fail = reject));
    expect(await withDeadline(late, 5)).toBeUndefined();
    fail(new Error('late, and an unhandled rejection fails this run'));
  });

  it('keeps its timer no longer than the promise is pending, and never the process alive', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    try {
      await withDeadline(Promise.resolve(), 60_000);
      const timer = timers.mock.results[0]?.value as NodeJS.Timeout;
      expect(timer.hasRef()).toBe(false);
      await vi.waitFor(() => expect(cleared).toHaveBeenCalledWith(timer));
    } finally {
      timers.mockRestore();
      cleared.mockRestore();
    }
  });
});

describe('delayedAbort', () => {
  const aborted = (signal: AbortSignal) =>
    new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));

  it('follows after the grace, with the same reason, unless released', async () => {
    const outer = new AbortController();
    const kept = delayedAbort(outer.signal, () => 5);
    const released = delayedAbort(outer.signal, () => 1);
    const reason = new Error('stop');
    outer.abort(reason);
    released.release();
    expect(kept.signal.aborted).toBe(false);
    await aborted(kept.signal);
    expect(kept.signal.reason).toBe(reason);
    expect(released.signal.aborted).toBe(false);
  });

  it('takes the grace from the reason, also of a signal that has aborted before', async () => {
    const graceMs = vi.fn(() => 1);
    const { signal } = delayedAbort(AbortSignal.abort('reason'), graceMs);
    await aborted(signal);
    expect(graceMs).toHaveBeenCalledExactlyOnceWith('reason');
  });

  it('forgets a signal that aborts after the release', () => {
    const outer = new AbortController();
    const graceMs = vi.fn(() => 1);
    delayedAbort(outer.signal, graceMs).release();
    outer.abort();
    expect(graceMs).not.toHaveBeenCalled();
  });
});

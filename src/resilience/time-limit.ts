import { setMaxListeners } from 'node:events';

/**
 * Runs one operation under a time limit in ms and a parent signal; the run's own signal aborts with either. The promise
 * settles when the limit is over even if the operation ignores its signal; a later result or error is dropped. Rejects
 * with `onTimeout`, or with the reason of the parent; a parent that is aborted already keeps the operation from starting.
 */
export async function withTimeLimit<T>(
  ms: number,
  /** A function is called only at the timeout: it may have an effect, and spares frequent callers an error per call. */
  onTimeout: Error | (() => Error),
  parent: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent?.throwIfAborted();
  const limit = new AbortController();
  const stop = (): void => limit.abort(parent?.reason);
  const cancel = afterPendingInput(ms, () =>
    limit.abort(typeof onTimeout === 'function' ? onTimeout() : onTimeout),
  );
  parent?.addEventListener('abort', stop, { once: true });
  try {
    return await orAborted(Promise.resolve(limit.signal).then(run), limit.signal);
  } finally {
    cancel();
    parent?.removeEventListener('abort', stop);
  }
}

/**
 * Rejects with the signal's reason as soon as it aborts, for clients that take no signal. The operation itself goes on;
 * its later result or error is dropped.
 */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * The result, or undefined when it is not there after `ms`; a later result or error is dropped. Rejects as the promise does
 * until then. The timer does not keep the process alive.
 */
export function withDeadline<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms).unref();
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * A signal that aborts with the same reason, but after a grace in ms, which may depend on the reason: in-flight operations
 * get this time to finish. `release` ends the relation; without it the timer of an aborted signal keeps the process alive.
 */
export function delayedAbort(
  signal: AbortSignal,
  graceMs: (reason: unknown) => number,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const delayed = new AbortController();
  // One attempt makes many calls, and each call listens: Node would report a leak after ten.
  setMaxListeners(0, delayed.signal);
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    timer = setTimeout(() => delayed.abort(signal.reason), graceMs(signal.reason));
  };
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  const release = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', start);
  };
  return { signal: delayed.signal, release };
}

/**
 * Calls back after `ms` and one more turn of the event loop. A busy process reads its sockets late: an answer that has
 * arrived within the limit must win against the timer, which the event loop serves first.
 */
function afterPendingInput(ms: number, callback: () => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => (turn = setImmediate(callback)), ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}

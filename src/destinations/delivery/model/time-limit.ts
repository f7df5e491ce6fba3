import { setMaxListeners } from 'node:events';

/**
 * Runs something under a time limit and an outer signal. The promise settles when the limit is over even if what runs
 * ignores its signal; what it does later is not looked at. `reason` becomes the error.
 */
export async function within<T>(
  ms: number,
  reason: Error,
  outer: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const stop = (): void => limit.abort(outer.reason);
  const timer = setTimeout(() => limit.abort(reason), ms);
  const over = new Promise<never>((_, reject) => {
    limit.signal.addEventListener('abort', () => reject(limit.signal.reason as Error), { once: true });
  });
  if (outer.aborted) stop();
  else outer.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([over, Promise.resolve(limit.signal).then(run)]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
  }
}

/** A signal that follows another one after a grace, which may depend on its reason, so that what is under way when a stop comes can end. */
export function delayed(
  signal: AbortSignal,
  graceMs: (reason: unknown) => number,
): { signal: AbortSignal; release: () => void } {
  const later = new AbortController();
  setMaxListeners(0, later.signal);
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    timer = setTimeout(() => later.abort(signal.reason), graceMs(signal.reason));
  };
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  const release = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', start);
  };
  return { signal: later.signal, release };
}

/** Rejects as soon as the signal aborts, for a client that cannot be told to stop: closing it ends what is still under way. */
export function orAborted<T>(under: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    under.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

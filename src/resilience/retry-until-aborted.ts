import { sleepUnlessAborted } from './pauses.js';

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Wait after the first failure, in ms; it doubles with each further failure. */
  readonly firstWaitMs: number;
  /** Upper limit of a wait, in ms. */
  readonly longestWaitMs: number;
  /** Called once, when the first try has failed and another one follows: the place for a log line. */
  readonly onFirstFailure: (error: unknown) => void;
}

/**
 * Runs an operation whose effect must not be lost until it succeeds. Rejects with the operation's last error, and only
 * after the signal has aborted. An abort during a wait starts the last try at once, so the operation runs at least once.
 */
export async function retryUntilAborted<T>(run: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, firstWaitMs, longestWaitMs, onFirstFailure } = options;
  let isFirst = true;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await run();
    } catch (error) {
      if (signal.aborted) throw error;
      if (isFirst) onFirstFailure(error);
      isFirst = false;
      await sleepUnlessAborted(waitMs, signal);
    }
  }
}

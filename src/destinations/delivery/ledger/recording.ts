import { Logger } from '@nestjs/common';
import { reasonOf } from '../../../resilience/reason-of.js';
import { retryUntilAborted } from '../../../resilience/retry-until-aborted.js';

const WAITS = { firstWaitMs: 100, longestWaitMs: 5_000 };
const logger = new Logger('Recording');

/**
 * Repeats a write that must not be lost until it succeeds; `what` names it in the log line. Rejects with the last error,
 * and only after the signal has aborted: then the log redelivers the batch, or the lease of the retry expires.
 */
export function untilRecorded<T>(
  what: string,
  destination: string,
  signal: AbortSignal,
  write: () => Promise<T>,
): Promise<T> {
  const onFirstFailure = (error: unknown): void =>
    logger.warn({ event: 'delivery.recording_waits', destination, what, reason: reasonOf(error) });
  return retryUntilAborted(write, { ...WAITS, signal, onFirstFailure });
}

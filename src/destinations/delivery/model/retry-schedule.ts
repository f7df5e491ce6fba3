/** Longest backoff of the instance's schedule. */
const MAX_BACKOFF_MS = 600_000;
/** Longest wait that a receiver can ask for with Retry-After. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** Jitter adds at most this share to a listed delay, and never shortens it: an administrator wrote down a minimum. */
const LISTED_JITTER = 0.1;

/** When failed deliveries are retried. A value, so that tests can use milliseconds. */
export type RetrySchedule = BackoffSchedule | ListedDelays;

/** The schedule of the instance: exponential backoff with full jitter. */
export interface BackoffSchedule {
  /** Upper bound of the first delay; it doubles with each attempt. */
  readonly baseMs: number;
  /** Upper bound of all delays. */
  readonly maxMs: number;
  /** How long after its first failure a delivery is given up. */
  readonly windowMs: number;
}

/** The schedule that an administrator wrote down for a destination. */
export interface ListedDelays {
  /** The delays before the second, third, … attempt. A failure of the attempt after the last one is final. */
  readonly delaysSeconds: readonly number[];
}

/** A failed attempt, as far as the next one depends on it. */
export interface FailedAttempt {
  /** Counted from 1. */
  readonly attempt: number;
  /** Since the first failure. */
  readonly elapsedMs: number;
  /** From 0 to less than 1. */
  readonly random: number;
  /** What the receiver asked for; absent where it asked for nothing. */
  readonly retryAfterMs?: number | undefined;
}

/** The schedule by the settings of the instance. */
export function scheduleOf(settings: {
  readonly RETRY_BASE_MS: number;
  readonly RETRY_WINDOW_MINUTES: number;
}): BackoffSchedule {
  const { RETRY_BASE_MS: baseMs, RETRY_WINDOW_MINUTES: minutes } = settings;
  return { baseMs, maxMs: MAX_BACKOFF_MS, windowMs: minutes * 60_000 };
}

/**
 * The delay before the next attempt, in ms; undefined when the delivery is given up. A longer Retry-After replaces the
 * delay of the schedule, even past the end of the window, but never by more than an hour.
 */
export function nextDelay(schedule: RetrySchedule, failure: FailedAttempt): number | undefined {
  const delay = 'delaysSeconds' in schedule ? listedDelay(schedule, failure) : backoff(schedule, failure);
  const retryAfter = Math.min(failure.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  return delay === undefined ? undefined : Math.max(delay, retryAfter);
}

/** Only the number of the attempt selects the delay, so a changed list applies from the next attempt on. */
function listedDelay(
  { delaysSeconds }: ListedDelays,
  { attempt, random }: FailedAttempt,
): number | undefined {
  const seconds = delaysSeconds[attempt - 1];
  return seconds === undefined ? undefined : Math.round(seconds * 1_000 * (1 + LISTED_JITTER * random));
}

/**
 * Full jitter: a random delay from zero to the bound, so that simultaneous failures are not retried simultaneously. The last
 * attempt is made at the end of the window.
 */
function backoff(
  { baseMs, maxMs, windowMs }: BackoffSchedule,
  { attempt, elapsedMs, random }: FailedAttempt,
): number | undefined {
  const left = windowMs - elapsedMs;
  if (left <= 0) return undefined;
  const bound = Math.min(baseMs * 2 ** (attempt - 1), maxMs);
  return Math.min(Math.round(bound * random), left);
}

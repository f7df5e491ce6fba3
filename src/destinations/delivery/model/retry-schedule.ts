/** When a failed delivery is tried again: data, so that a test's is in milliseconds. */
export type RetrySchedule = GrowingWaits | ListedWaits;

/** The schedule of the instance. */
export interface GrowingWaits {
  /** Upper bound of the first wait; it doubles from attempt to attempt. */
  readonly baseMs: number;
  /** The bound doubles no further than this. */
  readonly maxMs: number;
  /** How long after its first failure a delivery is given up. */
  readonly windowMs: number;
}

/** The schedule that somebody wrote down for a destination. */
export interface ListedWaits {
  /** The waits before the second, third, … attempt. After that which follows the last one a delivery is given up. */
  readonly delaysSeconds: readonly number[];
}

/** A failed attempt, as far as the next one depends on it. */
export interface FailedAttempt {
  /** Counted from 1. */
  readonly attempt: number;
  /** Since the first failure. */
  readonly elapsedMs: number;
  /** From 0 to less than 1. */
  readonly chance: number;
}

/** Listed waits become longer by at most this part, and never shorter: nobody wants a list to say about when. */
const LISTED_JITTER = 0.1;

/** How long to wait for the next attempt, in ms; undefined when there is none. */
export function nextWait(schedule: RetrySchedule, failure: FailedAttempt): number | undefined {
  return 'delaysSeconds' in schedule ? listedWait(schedule, failure) : growingWait(schedule, failure);
}

/** The attempt alone tells where in the list a delivery is, so that another list counts from the next attempt on. */
function listedWait({ delaysSeconds }: ListedWaits, { attempt, chance }: FailedAttempt): number | undefined {
  const seconds = delaysSeconds[attempt - 1];
  return seconds === undefined ? undefined : Math.round(seconds * 1_000 * (1 + LISTED_JITTER * chance));
}

/**
 * Full jitter: anything between nothing and the bound, so that failures of one moment do not return in one moment. The last
 * attempt comes at the end of the window.
 */
function growingWait(
  { baseMs, maxMs, windowMs }: GrowingWaits,
  { attempt, elapsedMs, chance }: FailedAttempt,
): number | undefined {
  const left = windowMs - elapsedMs;
  if (left <= 0) return undefined;
  const bound = Math.min(baseMs * 2 ** (attempt - 1), maxMs);
  return Math.min(Math.round(bound * chance), left);
}

/** When a failed delivery is tried again: data, so that a test's is in milliseconds. */
export interface RetrySchedule {
  /** Upper bound of the first wait; it doubles from attempt to attempt. */
  readonly baseMs: number;
  /** The bound doubles no further than this. */
  readonly maxMs: number;
  /** How long after its first failure a delivery is given up. */
  readonly windowMs: number;
}

/** Full jitter: anything between nothing and the bound, so that failures of one moment do not return in one moment. */
export function jitteredDelay(attempt: number, schedule: RetrySchedule, random: () => number): number {
  const bound = Math.min(schedule.baseMs * 2 ** (attempt - 1), schedule.maxMs);
  return Math.round(bound * random());
}

import { type Limit } from './rate-limiter.js';

/** Calls of one kind that come together: all count against the same limits. */
export interface Demand {
  readonly limits: readonly Limit[];
  readonly calls: number;
}

/** What the window of this second says to a demand. */
export interface Admission {
  /** How many of the calls are admitted; the rest is refused, and counted nowhere. */
  readonly calls: number;
  /** How many more each limit would admit, in the order of the demand's limits. */
  readonly left: readonly number[];
}

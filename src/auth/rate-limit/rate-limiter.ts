/** Most calls in one second that may be made under one name, such as `key:wkey_1` or `workspace:wsp_1`. */
export interface Limit {
  readonly name: string;
  readonly perSecond: number;
}

/** The answer to one call, in terms of the limit that refuses it, else of the one with the fewest calls left. */
export interface Grant {
  readonly granted: boolean;
  /** Name of that limit. */
  readonly name: string;
  /** Calls per second that it admits. */
  readonly limit: number;
  /** Calls that it still admits in this second; 0 when it refuses. */
  readonly remaining: number;
  /** Whole seconds until it admits that many again, rounded up: at least 1. */
  readonly resetSeconds: number;
}

/**
 * Admits so many calls in each second (DESIGN 5.6). Seconds are fixed windows of the clock that decides, Redis's where
 * there is one, so that all instances count in the same: 100 per second are 100 in each of its seconds, and therefore up to
 * 200 within one second that lies across a border. In the long run it is never more than the limit.
 */
export abstract class RateLimiter {
  /** Counts a call against all its limits, or against none when one refuses it. Takes at least one limit; never rejects. */
  abstract take(limits: readonly Limit[]): Promise<Grant>;
  abstract close(): Promise<void>;
}

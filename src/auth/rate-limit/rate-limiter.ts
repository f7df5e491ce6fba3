/** Most calls in one second under one name, such as `key:wkey_1` or `workspace:wsp_1`. */
export interface Limit {
  readonly name: string;
  readonly perSecond: number;
}

/** The decision on one call, in terms of the limit that refuses it, or else of the one with the fewest calls left. */
export interface Grant {
  readonly granted: boolean;
  /** Name of that limit. */
  readonly name: string;
  /** Calls per second that it admits. */
  readonly limit: number;
  /** Calls that it still admits in this second; 0 when it refuses. */
  readonly remaining: number;
  /** Whole seconds until it admits `limit` calls again, rounded up: at least 1. */
  readonly resetSeconds: number;
}

/**
 * Limits the calls in each second (DESIGN 5.6). A second is a fixed window of one clock, Redis's where there is one, so that
 * all instances count in the same window. A limit of 100 admits 100 calls in each window, and so up to 200 within one second
 * that spans two windows; over longer times never more than the limit.
 */
export abstract class RateLimiter {
  /** Counts a call against all its limits, or against none when one refuses it. Needs at least one limit; never rejects. */
  abstract take(limits: readonly Limit[]): Promise<Grant>;
  abstract close(): Promise<void>;
}

/** Windows last one second, so the next one is never further away. */
const RESET_SECONDS = 1;

/** The decision on a call by what its limits have left: a limit that refuses has 0 left, and so is the tightest. */
export function grantOf(limits: readonly Limit[], left: readonly number[], granted: boolean): Grant {
  const remaining = Math.min(...left);
  const { name = '', perSecond = 0 } = limits[left.indexOf(remaining)] ?? {};
  return { granted, name, limit: perSecond, remaining, resetSeconds: RESET_SECONDS };
}

import { type Grant, type Limit } from './rate-limiter.js';

/** Windows last a second, so that the next one is never further away than that. */
const RESET_SECONDS = 1;

/** The answer to a call by what its limits have left: a refusing one has nothing, so that it is also the tightest. */
export function grantOf(limits: readonly Limit[], left: readonly number[], granted: boolean): Grant {
  const remaining = Math.min(...left);
  const { name = '', perSecond = 0 } = limits[left.indexOf(remaining)] ?? {};
  return { granted, name, limit: perSecond, remaining, resetSeconds: RESET_SECONDS };
}

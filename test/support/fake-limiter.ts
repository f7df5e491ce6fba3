import { type Grant, type Limit, RateLimiter } from '../../src/auth/rate-limit/rate-limiter.js';

/** Grants or refuses as a test sets it, by the first limit, and records the limits of each call. */
export class FakeLimiter extends RateLimiter {
  readonly asked: (readonly Limit[])[] = [];
  remaining = 0;
  granted = true;
  resetSeconds = 1;

  override take(limits: readonly Limit[]): Promise<Grant> {
    this.asked.push(limits);
    const { granted, remaining, resetSeconds } = this;
    const [{ name, perSecond: limit } = { name: '', perSecond: 0 }] = limits;
    return Promise.resolve({ granted, name, limit, remaining, resetSeconds });
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}

import { type Grant, grantOf, type Limit, RateLimiter } from './rate-limiter.js';
import { LocalWindows } from './windows.js';

/** Limits of one process, used without Redis: each instance admits the full limit. */
export class LocalRateLimiter extends RateLimiter {
  constructor(private readonly windows = new LocalWindows()) {
    super();
  }

  override take(limits: readonly Limit[]): Promise<Grant> {
    const [admission] = this.windows.take([{ limits, calls: 1 }]);
    return Promise.resolve(grantOf(limits, admission?.left ?? [], admission?.calls === 1));
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}

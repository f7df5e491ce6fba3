import { rateLimitLocal } from '../../metrics/counters.js';
import { type Store, StoreGuard } from '../../resilience/store-guard.js';
import { grantOf } from './grant.js';
import { LocalWindows } from './local-windows.js';
import { type Grant, type Limit, RateLimiter } from './rate-limiter.js';
import { type Admission, type Demand } from './windows.js';

/** Where all instances count together. */
export interface SharedWindows extends Store {
  take(demands: readonly Demand[]): Promise<readonly Admission[]>;
  close(): void;
}

/** Calls that wait for the same answer. */
interface Group {
  readonly limits: readonly Limit[];
  readonly resolves: ((grant: Grant) => void)[];
}

/**
 * Limits that all instances share. Calls that come while a question is on the way are asked together when it is back, so
 * that a busy key costs one round trip at a time and not one per call. While the shared windows are away or slow, this
 * process decides on its own with the full limit: the calls go on, and together the instances admit more than the limit.
 */
export class SharedRateLimiter extends RateLimiter {
  private readonly guard: StoreGuard;
  private waiting = new Map<string, Group>();
  private asking = false;

  constructor(
    private readonly shared: SharedWindows,
    private readonly local = new LocalWindows(),
  ) {
    super();
    this.guard = new StoreGuard('rate_limit', shared);
  }

  /** Resolves when Redis works or has failed. */
  open(): Promise<void> {
    return this.guard.open();
  }

  override take(limits: readonly Limit[]): Promise<Grant> {
    return new Promise((resolve) => {
      const kind = limits.map(({ name, perSecond }) => `${name} ${perSecond}`).join(' ');
      const group = this.waiting.get(kind) ?? { limits, resolves: [] };
      this.waiting.set(kind, group);
      group.resolves.push(resolve);
      if (!this.asking) void this.answerAll();
    });
  }

  override async close(): Promise<void> {
    await this.guard.close();
    this.shared.close();
  }

  private async answerAll(): Promise<void> {
    this.asking = true;
    while (this.waiting.size > 0) {
      const groups = [...this.waiting.values()];
      this.waiting = new Map();
      const admissions = await this.admit(
        groups.map(({ limits, resolves }) => ({ limits, calls: resolves.length })),
      );
      for (const [index, { limits, resolves }] of groups.entries()) {
        const { calls = 0, left = [] } = admissions[index] ?? {};
        resolves.forEach((resolve, turn) => {
          const further = Math.max(calls - 1 - turn, 0);
          resolve(grantOf(limits, further > 0 ? left.map((count) => count + further) : left, turn < calls));
        });
      }
    }
    this.asking = false;
  }

  private async admit(demands: readonly Demand[]): Promise<readonly Admission[]> {
    const admissions = await this.guard.ask(() => this.shared.take(demands));
    if (admissions === undefined) {
      rateLimitLocal.inc(demands.reduce((sum, { calls }) => sum + calls, 0));
      return this.local.take(demands);
    }
    for (const [index, { limits }] of demands.entries())
      this.local.note(limits, admissions[index]?.calls ?? 0);
    return admissions;
  }
}

import { rateLimitLocal } from '../../metrics/counters.js';
import { type Store, StoreGuard } from '../../resilience/store-guard.js';
import { type Grant, grantOf, type Limit, RateLimiter } from './rate-limiter.js';
import { type Admission, type Demand, LocalWindows } from './windows.js';

/** The windows that all instances share. */
export interface SharedWindows extends Store {
  take(demands: readonly Demand[]): Promise<readonly Admission[]>;
  close(): void;
}

/** Calls with equal limits that wait for the next round trip. */
interface Group {
  readonly limits: readonly Limit[];
  readonly resolves: ((grant: Grant) => void)[];
}

/**
 * Limits that all instances share. Calls that arrive during a round trip share the next one, so that a busy key costs one
 * round trip at a time and not one per call. While the shared windows are away or slow, this process decides alone with the
 * full limit: calls go on, and the instances together may admit more than the limit.
 */
export class SharedRateLimiter extends RateLimiter {
  private readonly guard: StoreGuard;
  private waiting = new Map<string, Group>();
  private isAsking = false;

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
      if (!this.isAsking) void this.answerAll();
    });
  }

  override async close(): Promise<void> {
    await this.guard.close();
    this.shared.close();
  }

  private async answerAll(): Promise<void> {
    this.isAsking = true;
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
    this.isAsking = false;
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

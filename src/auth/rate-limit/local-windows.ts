import { type Limit } from './rate-limiter.js';
import { type Admission, type Demand } from './windows.js';

/** The calls that this process has admitted in the present second of its own clock; seconds that are over are forgotten. */
export class LocalWindows {
  private second = 0;
  private used = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** One admission per demand, in order. */
  take(demands: readonly Demand[]): Admission[] {
    this.turn();
    return demands.map(({ limits, calls }) => {
      const admitted = Math.min(calls, ...limits.map((limit) => this.leftOf(limit)));
      this.count(limits, admitted);
      return { calls: admitted, left: limits.map((limit) => this.leftOf(limit)) };
    });
  }

  /** Counts calls that another clock has admitted, so that there is no second helping when this one takes over. */
  note(limits: readonly Limit[], calls: number): void {
    this.turn();
    this.count(limits, calls);
  }

  private turn(): void {
    const second = Math.floor(this.now() / 1_000);
    if (second === this.second) return;
    this.second = second;
    this.used = new Map();
  }

  private count(limits: readonly Limit[], calls: number): void {
    for (const { name } of limits) this.used.set(name, (this.used.get(name) ?? 0) + calls);
  }

  private leftOf({ name, perSecond }: Limit): number {
    return Math.max(perSecond - (this.used.get(name) ?? 0), 0);
  }
}

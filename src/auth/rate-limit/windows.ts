import { type Limit } from './rate-limiter.js';

/** Concurrent calls that count against the same limits. */
export interface Demand {
  readonly limits: readonly Limit[];
  readonly calls: number;
}

/** The decision on a demand in the window of this second. */
export interface Admission {
  /** How many of the calls are admitted; the others are refused and not counted. */
  readonly calls: number;
  /** How many more calls each limit would admit, in the order of the demand's limits. */
  readonly left: readonly number[];
}

/** Windows of this process and its clock. Only the present second is kept. */
export class LocalWindows {
  private second = 0;
  private used = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** One admission per demand, in order. */
  take(demands: readonly Demand[]): Admission[] {
    this.startWindow();
    return demands.map(({ limits, calls }) => {
      const admitted = Math.min(calls, ...limits.map((limit) => this.leftOf(limit)));
      this.count(limits, admitted);
      return { calls: admitted, left: limits.map((limit) => this.leftOf(limit)) };
    });
  }

  /** Counts calls that the shared windows admitted, so that they are not admitted again when this process takes over. */
  note(limits: readonly Limit[], calls: number): void {
    this.startWindow();
    this.count(limits, calls);
  }

  private startWindow(): void {
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

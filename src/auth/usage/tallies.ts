/** How often a write key met an outcome on a day. */
export interface UsageTally {
  readonly writeKeyId: string;
  readonly outcome: string;
  /** Days since the epoch, UTC. */
  readonly day: number;
  count: number;
  /** In ms since the epoch. */
  lastAt: number;
}

const DAY_MS = 86_400_000;

/** Counts by key, outcome and day, at most so many at once. */
export class Tallies {
  private byKey = new Map<string, UsageTally[]>();
  private size = 0;

  constructor(private readonly most: number) {}

  /** False when there is no room for one more; those that are there go on counting. */
  add(writeKeyId: string, outcome: string, times: number, at: number): boolean {
    return this.put(
      { writeKeyId, outcome, day: Math.floor(at / DAY_MS), count: times, lastAt: at },
      this.most,
    );
  }

  /** Everything, and begins anew. */
  take(): UsageTally[] {
    const taken = [...this.byKey.values()].flat();
    this.byKey = new Map();
    this.size = 0;
    return taken;
  }

  /** Adds again what could not be stored; it was within the bound before. */
  giveBack(tallies: readonly UsageTally[]): void {
    for (const tally of tallies) this.put(tally, Infinity);
  }

  /** A key meets few outcomes, so that a short list is looked through faster than a map of its own. */
  private put(tally: UsageTally, most: number): boolean {
    const { writeKeyId, outcome, day } = tally;
    const ofKey = this.byKey.get(writeKeyId);
    const known = ofKey?.find((one) => one.outcome === outcome && one.day === day);
    if (known !== undefined) {
      known.count += tally.count;
      known.lastAt = Math.max(known.lastAt, tally.lastAt);
      return true;
    }
    if (this.size >= most) return false;
    this.size += 1;
    if (ofKey === undefined) this.byKey.set(writeKeyId, [tally]);
    else ofKey.push(tally);
    return true;
  }
}

/** A day as Postgres reads it. */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

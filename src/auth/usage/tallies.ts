/** How often a write key had an outcome on a day. */
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

/** Counts by key, outcome and day, with a bound on their number. */
export class Tallies {
  private byKey = new Map<string, UsageTally[]>();
  private size = 0;

  constructor(private readonly max: number) {}

  /** False when a new tally would exceed the bound; existing ones still count. */
  add(writeKeyId: string, outcome: string, times: number, at: number): boolean {
    return this.put(
      { writeKeyId, outcome, day: Math.floor(at / DAY_MS), count: times, lastAt: at },
      this.max,
    );
  }

  /** Removes and returns all tallies. */
  take(): UsageTally[] {
    const taken = [...this.byKey.values()].flat();
    this.byKey = new Map();
    this.size = 0;
    return taken;
  }

  /** Adds tallies that could not be stored; they were within the bound before. */
  giveBack(tallies: readonly UsageTally[]): void {
    for (const tally of tallies) this.put(tally, Infinity);
  }

  /** A key has few outcomes, and searching a short list is faster than a map per key. */
  private put(tally: UsageTally, max: number): boolean {
    const { writeKeyId, outcome, day } = tally;
    const ofKey = this.byKey.get(writeKeyId);
    const known = ofKey?.find((one) => one.outcome === outcome && one.day === day);
    if (known !== undefined) {
      known.count += tally.count;
      known.lastAt = Math.max(known.lastAt, tally.lastAt);
      return true;
    }
    if (this.size >= max) return false;
    this.size += 1;
    if (ofKey === undefined) this.byKey.set(writeKeyId, [tally]);
    else ofKey.push(tally);
    return true;
  }
}

/** A day in the form of a Postgres date. */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

import { type Interest, type StoredRecord } from '../reader.js';

/**
 * Consecutive records of one partition, read at once for all groups. It stands for all offsets from `from` up to but not
 * including `next`: some of them may have no record.
 */
export class Stretch {
  readonly bytes: number;
  /** The latest time at which one of the records was appended, in ms since the epoch. */
  private readonly newest: number;
  private readonly values = new Map<string, ReadonlySet<string>>();

  constructor(
    readonly from: bigint,
    readonly next: bigint,
    readonly records: readonly StoredRecord[],
  ) {
    this.bytes = records.reduce((sum, { value }) => sum + value.length, 0);
    this.newest = records.reduce((latest, { timestamp }) => Math.max(latest, timestamp), 0);
  }

  /** Whether a group may want one of the records. Costs the same for few and for many records. */
  concerns(interest: Interest | undefined): boolean {
    if (this.records.length === 0) return false;
    if (interest === undefined) return true;
    for (const value of this.valuesOf(interest.header)) if (interest.wants(value)) return true;
    return false;
  }

  /** The records at or after an offset that a group wants now. */
  wantedBy(interest: Interest | undefined, from: bigint): readonly StoredRecord[] {
    if (!this.concerns(interest)) return [];
    return this.records.filter(
      ({ offset, headers }) => offset >= from && (interest?.wants(headers[interest.header] ?? '') ?? true),
    );
  }

  /** The first record at or after an offset that a group does not want now and may want later. */
  undecidedFor(interest: Interest | undefined, from: bigint): StoredRecord | undefined {
    if (interest?.isFinal?.(this.newest) ?? true) return undefined;
    return this.records.find(
      ({ offset, headers, timestamp }) =>
        offset >= from &&
        interest?.isFinal?.(timestamp) === false &&
        !interest.wants(headers[interest.header] ?? ''),
    );
  }

  private valuesOf(header: string): ReadonlySet<string> {
    const known = this.values.get(header);
    if (known !== undefined) return known;
    const values = new Set(this.records.map(({ headers }) => headers[header] ?? ''));
    this.values.set(header, values);
    return values;
  }
}

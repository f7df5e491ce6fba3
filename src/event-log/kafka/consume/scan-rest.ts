import { type OffsetRange } from '../../reader.js';

/** What a scan has not read yet, by partition. */
export class ScanRest {
  private readonly ranges: Map<number, { next: bigint; readonly to: bigint }>;

  constructor(ranges: readonly OffsetRange[]) {
    const filled = ranges.filter(({ from, to }) => from < to);
    this.ranges = new Map(filled.map(({ partition, from, to }) => [partition, { next: from, to }]));
  }

  get isEmpty(): boolean {
    return this.ranges.size === 0;
  }

  /** The next offset to read in each unfinished partition. */
  positions(): { partition: number; next: bigint }[] {
    return [...this.ranges].map(([partition, { next }]) => ({ partition, next }));
  }

  isUnfinished(partition: number): boolean {
    return this.ranges.has(partition);
  }

  includes(partition: number, offset: bigint): boolean {
    const range = this.ranges.get(partition);
    return range !== undefined && offset >= range.next && offset < range.to;
  }

  /** Drops everything before this offset. */
  reached(partition: number, next: bigint): void {
    const range = this.ranges.get(partition);
    if (range === undefined || next <= range.next) return;
    if (next < range.to) range.next = next;
    else this.ranges.delete(partition);
  }
}

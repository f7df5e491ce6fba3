import { type OffsetRange } from '../../reader.js';

/** What a scan still has to read, by partition. */
export class ScanRest {
  private readonly ranges: Map<number, { next: bigint; readonly to: bigint }>;

  constructor(ranges: readonly OffsetRange[]) {
    const wanted = ranges.filter(({ from, to }) => from < to);
    this.ranges = new Map(wanted.map(({ partition, from, to }) => [partition, { next: from, to }]));
  }

  get isEmpty(): boolean {
    return this.ranges.size === 0;
  }

  /** The offset to go on with in each partition. */
  positions(): { partition: number; next: bigint }[] {
    return [...this.ranges].map(([partition, { next }]) => ({ partition, next }));
  }

  isWanted(partition: number, offset: bigint): boolean {
    const range = this.ranges.get(partition);
    return range !== undefined && offset >= range.next && offset < range.to;
  }

  /** Nothing before this offset is to be read any more. */
  reached(partition: number, next: bigint): void {
    const range = this.ranges.get(partition);
    if (range === undefined || next <= range.next) return;
    if (next < range.to) range.next = next;
    else this.ranges.delete(partition);
  }
}

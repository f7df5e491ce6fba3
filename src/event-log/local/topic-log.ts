import { type Database } from 'lmdb';
import { type StoredRecord } from '../reader.js';
import { decodeRecord, footprint, positionOf, stampRecord, timestampOf } from './record-format.js';

/** Most bytes of one batch; one record is always in it. */
const MAX_BATCH_BYTES = 4_194_304;

/**
 * The records of one topic: one partition, offset → bytes. It has a database of its own, because pages stay full only
 * where every new key is the largest. Nothing here waits for the disk.
 */
export class TopicLog {
  /** Offset of the oldest record, and of the next one to be put. */
  first = 0;
  next = 0;
  /** Offset behind the newest record that is on disk: readers go no further. */
  end = 0;
  private startPosition = 0;
  private endPosition = 0;
  private newestTimestamp = 0;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly name: string,
    private readonly records: Database<Buffer, number>,
  ) {
    this.reload();
  }

  /** About how much of the disk it takes. */
  get bytes(): number {
    return this.endPosition - this.startPosition;
  }

  /** Takes the bounds from the disk: at the opening, and after a write has failed. */
  reload(): void {
    const [oldest] = this.records.getRange({ limit: 1 });
    const [newest] = this.records.getRange({ limit: 1, reverse: true });
    if (oldest === undefined || newest === undefined) {
      this.first = this.next = this.end = this.startPosition = this.endPosition = 0;
      return;
    }
    this.first = oldest.key;
    this.startPosition = positionOf(oldest.value);
    this.end = this.next = newest.key + 1;
    this.endPosition = positionOf(newest.value) + footprint(newest.value.length);
    this.newestTimestamp = timestampOf(newest.value);
  }

  /** Gives an encoded record its place; returns its offset. Time never runs backwards within a topic. */
  place(bytes: Buffer, now: number): number {
    this.newestTimestamp = Math.max(now, this.newestTimestamp);
    stampRecord(bytes, this.newestTimestamp, this.endPosition);
    this.endPosition += footprint(bytes.length);
    this.next += 1;
    return this.next - 1;
  }

  /** Queues a record that has its place in the transaction that is open. */
  put(offset: number, bytes: Buffer): void {
    void this.records.put(offset, bytes);
  }

  /** Everything before this offset is on disk now. */
  reached(offset: number): void {
    if (offset <= this.end) return;
    this.end = offset;
    for (const listener of this.listeners) listener();
  }

  /** Calls back whenever there is more to read; the answer ends that. */
  onGrowth(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Records from an offset on, as many as are on disk, asked for, and about 4 MB. */
  read(from: number, maxRecords: number): StoredRecord[] {
    const found: StoredRecord[] = [];
    let size = 0;
    for (const { key, value } of this.records.getRange({ start: from, end: this.end, limit: maxRecords })) {
      size += value.length;
      if (size > MAX_BATCH_BYTES && found.length > 0) break;
      found.push({ topic: this.name, partition: 0, offset: BigInt(key), ...decodeRecord(value) });
    }
    return found;
  }

  /** Timestamp of the oldest record; undefined when there is none. */
  get oldestTimestamp(): number | undefined {
    const [oldest] = this.records.getRange({ start: this.first, limit: 1 });
    return oldest && timestampOf(oldest.value);
  }

  /** The first offset that was appended at or after a time. */
  offsetAt(time: number): number {
    let [low, high] = [this.first, this.end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [record] = this.records.getRange({ start: middle, end: high, limit: 1 });
      if (record === undefined || timestampOf(record.value) >= time) high = middle;
      else low = record.key + 1;
    }
    return low;
  }

  /**
   * Queues the removal of the oldest records for as long as `expendable` says so, before an offset, and never of the
   * newest one: it alone remembers which offset comes next.
   */
  removeOldest(
    before: number,
    most: number,
    expendable: (timestamp: number, bytesLeft: number) => boolean,
  ): void {
    let removed = 0;
    const end = Math.min(before, this.end - 1) + 1;
    for (const { key, value } of this.records.getRange({ start: this.first, end, limit: most + 1 })) {
      this.first = key;
      this.startPosition = positionOf(value);
      if (key === end - 1 || removed === most || !expendable(timestampOf(value), this.bytes)) break;
      void this.records.remove(key);
      removed += 1;
    }
  }
}

import { type Database } from 'lmdb';
import { type StoredRecord } from '../reader.js';
import { decodeRecord, footprint, positionOf, stampRecord, timestampOf } from './record-format.js';

/** Most bytes of one read; a larger record is read alone. */
const MAX_READ_BYTES = 4_194_304;

/**
 * The records of one topic, which has one partition: offset → bytes. Each topic has its own database, because pages stay
 * full only where every new key is the largest. No method waits for the disk.
 */
export class TopicLog {
  /** Offsets of the oldest record and of the next one to be appended. */
  first = 0;
  next = 0;
  /** Offset after the newest durable record: readers stop before it. */
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

  /** About how many bytes of the disk the topic takes. */
  get bytes(): number {
    return this.endPosition - this.startPosition;
  }

  /** About how many bytes of the disk the records from an offset on take. */
  bytesFrom(offset: number): number {
    if (offset >= this.next) return 0;
    const [oldest] = this.records.getRange({ start: Math.max(offset, this.first), limit: 1 });
    return oldest === undefined ? 0 : this.endPosition - positionOf(oldest.value);
  }

  /** Reads the bounds from the disk: when the log opens, and after a failed write. */
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

  /** Stamps an encoded record with its place; returns its offset. Timestamps never decrease within a topic. */
  place(bytes: Buffer, now: number): number {
    this.newestTimestamp = Math.max(now, this.newestTimestamp);
    stampRecord(bytes, this.newestTimestamp, this.endPosition);
    this.endPosition += footprint(bytes.length);
    this.next += 1;
    return this.next - 1;
  }

  /** Puts a stamped record; only within a transaction. */
  put(offset: number, bytes: Buffer): void {
    void this.records.put(offset, bytes);
  }

  /** Lets readers read up to this offset, whose records are fsynced. */
  durableUpTo(offset: number): void {
    if (offset <= this.end) return;
    this.end = offset;
    for (const listener of this.listeners) listener();
  }

  /** Calls the listener whenever more records are durable; the returned function removes it. */
  onGrowth(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Durable records from an offset: at most `maxRecords`, and about `maxBytes`. */
  read(from: number, maxRecords: number, maxBytes = MAX_READ_BYTES): StoredRecord[] {
    const found: StoredRecord[] = [];
    let size = 0;
    for (const { key, value } of this.records.getRange({ start: from, end: this.end, limit: maxRecords })) {
      size += value.length;
      if (size > maxBytes && found.length > 0) break;
      found.push({ topic: this.name, partition: 0, offset: BigInt(key), ...decodeRecord(value) });
    }
    return found;
  }

  /** Timestamp of the oldest record; undefined for an empty topic. */
  get oldestTimestamp(): number | undefined {
    const [oldest] = this.records.getRange({ start: this.first, limit: 1 });
    return oldest && timestampOf(oldest.value);
  }

  /** Offset of the first record appended at or after a time, or the end. */
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
   * Removes the oldest records while `isExpendable` is true, at most `most` of them and only before an offset. Only within
   * a transaction. The newest record always stays, because the next offset is derived from it.
   */
  removeOldest(
    before: number,
    most: number,
    isExpendable: (timestamp: number, bytesLeft: number) => boolean,
  ): void {
    let removed = 0;
    const end = Math.min(before, this.end - 1) + 1;
    for (const { key, value } of this.records.getRange({ start: this.first, end, limit: most + 1 })) {
      this.first = key;
      this.startPosition = positionOf(value);
      if (key === end - 1 || removed === most || !isExpendable(timestampOf(value), this.bytes)) break;
      void this.records.remove(key);
      removed += 1;
    }
  }
}

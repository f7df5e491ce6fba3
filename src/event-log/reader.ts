export interface StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** When it was appended, in ms since the epoch. */
  readonly timestamp: number;
}

/** Records of one partition in order; never empty. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly StoredRecord[];
}

export interface BatchControl {
  /** Aborted when the subscription stops or loses the partition. */
  readonly signal: AbortSignal;
  /** Everything up to and including this offset is finished: a crash from now on does not bring it again. */
  finished(offset: bigint): void;
}

/**
 * Called with one batch at a time per partition. Returning means that the whole batch is finished; throwing means that
 * what was not marked finished comes again after a pause. A throw is a failure, and said so, unless it is BatchPostponed or
 * BatchLeft.
 */
export type OnBatch = (batch: RecordBatch, control: BatchControl) => Promise<void>;

export interface ConsumeOptions {
  readonly topics: readonly string[];
  readonly group: string;
  readonly onBatch: OnBatch;
  /** At most so many records in one batch. */
  readonly maxRecords: number;
  /** About so many bytes in one batch, if there are so many; 1 MiB when left out, and never more than some 4 MB. */
  readonly maxBytes?: number;
}

/** A part of one partition: from an offset on, up to and without another. */
export interface OffsetRange {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

export interface ScanOptions {
  readonly topic: string;
  readonly ranges: readonly OffsetRange[];
  /** At most so many records in one batch. */
  readonly maxRecords: number;
  /** Called with one batch at a time, of whichever partition; what it throws ends the scan. */
  readonly onBatch: (batch: RecordBatch) => Promise<void>;
  readonly signal: AbortSignal;
}

/** A running consumer of one group. */
export interface Subscription {
  pause(): void;
  resume(): void;
  /** Waits for the batch at work, commits what is finished, leaves the group. */
  stop(): Promise<void>;
}

export interface GroupPosition {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next record the group will read. */
  readonly next: bigint;
  /** Offset that the next appended record will get. */
  readonly end: bigint;
}

/**
 * The part of the event log that consumers, scans and replays use (DESIGN 5.2).
 */
export abstract class Reader {
  abstract consume(options: ConsumeOptions): Promise<Subscription>;
  /**
   * Fixes the position of a group that has none at the first record appended at a time or later. The time counts, not the
   * moment of the call: a log that was away meanwhile, or topics that were not made yet, cost the group nothing.
   */
  abstract fixPosition(group: string, topics: readonly string[], since: Date): Promise<void>;
  abstract positions(group: string, topics: readonly string[]): Promise<GroupPosition[]>;
  /** The first offset of each partition at or after a time; the end offset where there is none. */
  abstract offsetsAt(topic: string, time: Date): Promise<{ partition: number; offset: bigint }[]>;
  /**
   * Reads parts of a topic once, on the side: no group's position moves, and nothing keeps the log from removing what is not
   * read yet, which is left out then. Resolves when all that was there has been handed on. Rejects with what `onBatch`
   * threw, with the signal's reason, or with LogUnavailable; never before the batch at work has ended.
   */
  abstract scan(options: ScanOptions): Promise<void>;
  abstract deleteGroup(group: string): Promise<void>;
}

/**
 * Thrown by `onBatch` on purpose: what is not marked finished comes again after the wait, together with what has been appended
 * meanwhile. Each time the records are read again, so this is for waits that are long beside that.
 */
export class BatchPostponed extends Error {
  override readonly name = 'BatchPostponed';
  constructor(readonly afterMs: number) {
    super('The batch is to come again later.');
  }
}

/** Thrown by `onBatch` on purpose: what is not marked finished is redelivered after a pause. No failure: logged at debug only. */
export class BatchLeft extends Error {
  override readonly name = 'BatchLeft';
  constructor(readonly reason: string) {
    super(`The batch is left: ${reason}`);
  }
}

/** One record as the log stores it. */
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

/** Records of one partition in their order, without those that the group does not want; never empty. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly StoredRecord[];
}

/** What onBatch gets beside its batch. */
export interface BatchControl {
  /** Aborts when the subscription stops or loses the partition. */
  readonly signal: AbortSignal;
  /** Marks all records up to and including this offset finished: they are not redelivered, and a commit follows. */
  finished(offset: bigint): void;
}

/**
 * Called with one batch at a time per partition. Returning finishes the whole batch. After a throw the records that are not
 * marked finished are redelivered after a pause. A throw is logged as a failure unless it is BatchPostponed or BatchLeft.
 */
export type OnBatch = (batch: RecordBatch, control: BatchControl) => Promise<void>;

/**
 * Which records a group wants, by the value of one header; a missing header is an empty value. Records that it does not
 * want when they are read are finished without a call. The verdict may change while the group consumes.
 */
export interface Interest {
  readonly header: string;
  wants(value: string): boolean;
  /**
   * Whether a verdict on a record that was appended at this time, in ms since the epoch, is final; if so, it is on all earlier
   * ones. A record that is not wanted yet is looked at again until it is. Without this, every verdict is final.
   */
  isFinal?(appendedAt: number): boolean;
}

/** What a group consumes, and in which batches. */
export interface ConsumeOptions {
  readonly topics: readonly string[];
  readonly group: string;
  readonly onBatch: OnBatch;
  /** Without it, the group wants every record. */
  readonly interest?: Interest;
  /** Most records of one batch. */
  readonly maxRecords: number;
  /** Aimed size of one batch in bytes, if the log holds as many; 1 MiB by default, and about 4 MB at most. */
  readonly maxBytes?: number;
}

/** A range of one partition: from an offset, up to but not including another. */
export interface OffsetRange {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** What a scan reads, and in which batches. */
export interface ScanOptions {
  readonly topic: string;
  readonly ranges: readonly OffsetRange[];
  /** Most records of one batch. */
  readonly maxRecords: number;
  /** Called with one batch at a time, of any partition; an error that it throws ends the scan. */
  readonly onBatch: (batch: RecordBatch) => Promise<void>;
  readonly signal: AbortSignal;
}

/** A running consumer of one group. */
export interface Subscription {
  /** Reads no more. The in-flight batch ends; records that wait in memory are dropped and read again after `resume`. */
  pause(): void;
  resume(): void;
  /** Waits for the in-flight batches and commits what is finished. */
  stop(): Promise<void>;
}

/** Position of a group in one partition; `end` minus `next` is its consumer lag. */
export interface GroupPosition {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next record that the group will read. */
  readonly next: bigint;
  /** Offset that the next appended record will get. */
  readonly end: bigint;
  /** Offset of the oldest record that the log still has. Above `next`, retention has removed records that the group has not read. */
  readonly first: bigint;
  /** Bytes of the disk that the lag takes; absent for a log without a size limit of its own. */
  readonly bytes?: number;
}

/** The part of the event log that consumers, scans and replays use (DESIGN 5.2). */
export abstract class Reader {
  /**
   * Starts to consume for the group, from its position, or from the beginning where it has none. All groups of a process
   * share one read of a topic (DESIGN 5.4), and processes share its partitions: every process consumes for the same groups.
   */
  abstract consume(options: ConsumeOptions): Promise<Subscription>;
  /**
   * Sets the position of a group that has none to the first record appended at `since` or later. The caller chooses the
   * time, so that records are not skipped if this succeeds only after an outage or before the topics exist.
   */
  abstract fixPosition(group: string, topics: readonly string[], since: Date): Promise<void>;
  abstract positions(group: string, topics: readonly string[]): Promise<GroupPosition[]>;
  /** The first offset of each partition at or after a time; the end offset where there is none. */
  abstract offsetsAt(topic: string, time: Date): Promise<{ partition: number; offset: bigint }[]>;
  /**
   * Reads ranges of a topic once. It moves no group's position and does not delay retention: records that are removed
   * meanwhile are left out. Resolves when `onBatch` has had all that is left. Rejects with the error of `onBatch`, with the
   * signal's reason, or with LogUnavailable; never before the in-flight batch has ended.
   */
  abstract scan(options: ScanOptions): Promise<void>;
  abstract deleteGroup(group: string): Promise<void>;
  /** Names of all groups of a log that no other instance shares: those that are not in use may be deleted. Empty for a shared log. */
  abstract ownGroups(): Promise<readonly string[]>;
}

/**
 * Thrown by onBatch on purpose: what is not marked finished is redelivered after the wait, together with records appended
 * meanwhile, up to the limits of a batch. The records stay in memory.
 */
export class BatchPostponed extends Error {
  override readonly name = 'BatchPostponed';
  constructor(readonly afterMs: number) {
    super(`The batch is redelivered after ${afterMs} ms.`);
  }
}

/** Thrown by onBatch on purpose: what is not marked finished is redelivered after a pause; not a failure; logged at debug only. */
export class BatchLeft extends Error {
  override readonly name = 'BatchLeft';
  constructor(readonly reason: string) {
    super(`The batch is left: ${reason}`);
  }
}

import { type LmdbStore } from './lmdb-store.js';
import { type TopicLog } from './topic-log.js';

/** Most records removed in one transaction, so that appends continue between two of them. */
const PER_TRANSACTION = 1_000;
/** Removal by size starts at this share of the limit. */
const HIGH_WATER = 0.9;

/** Age and size up to which records are kept. */
export interface RetentionLimits {
  /** Age in ms from which a record may be removed. */
  readonly retentionMs: number;
  /** Most bytes on disk of all topics together. */
  readonly maxBytes: number;
}

/** Removes records by age and by size, the oldest first, but none that an existing group has not read yet. */
export class LogRetention {
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly store: LmdbStore,
    private readonly limits: RetentionLimits,
  ) {}

  /** Whether `bytes` more fit into the limit. Starts a run in the background above the high water mark. */
  hasRoom(bytes: number): boolean {
    const taken = this.store.bytes + bytes;
    if (
      taken > this.limits.maxBytes * HIGH_WATER &&
      this.running === undefined &&
      this.expendable().length > 0
    )
      this.run().catch(() => undefined);
    return taken <= this.limits.maxBytes;
  }

  /** Resolves when no further record can or must be removed; rejects with LogUnavailable. */
  run(): Promise<void> {
    this.running ??= this.remove().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Resolves when the current removal has ended; none follows. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running?.catch(() => undefined);
  }

  private async remove(): Promise<void> {
    while (!this.stopped) {
      const [oldest] = this.expendable();
      if (oldest === undefined) return;
      await this.removeFrom(oldest);
    }
  }

  /** Topics whose oldest record can and must go, the topic with the oldest record first. */
  private expendable(): TopicLog[] {
    const expiry = this.expiry();
    const isTooLarge = this.store.bytes > this.limits.maxBytes * HIGH_WATER;
    const found = this.store.allTopics().flatMap((topic) => {
      if (Math.min(topic.end - 1, this.store.positions.lowest(topic.name)) <= topic.first) return [];
      const age = topic.oldestTimestamp ?? Infinity;
      return isTooLarge || age < expiry ? [{ topic, age }] : [];
    });
    return found.sort((a, b) => a.age - b.age).map(({ topic }) => topic);
  }

  private removeFrom(topic: TopicLog): Promise<void> {
    const most = this.limits.maxBytes * HIGH_WATER - (this.store.bytes - topic.bytes);
    const expiry = this.expiry();
    return this.store.write(() => {
      topic.removeOldest(
        this.store.positions.lowest(topic.name),
        PER_TRANSACTION,
        (timestamp, bytes) => timestamp < expiry || bytes > most,
      );
    });
  }

  /** Records appended before this time, in ms since the epoch, are too old. */
  private expiry(): number {
    return Date.now() - this.limits.retentionMs;
  }
}

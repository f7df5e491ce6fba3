import { sleepUnlessAborted } from '../../resilience/pauses.js';
import { type LogRoom } from '../appender.js';
import { type LmdbStore } from './lmdb-store.js';
import { type TopicLog } from './topic-log.js';

/** Most records removed in one transaction, so that appends continue between two of them. */
const PER_TRANSACTION = 1_000;
/** Removal by size starts at this share of the limit. */
const HIGH_WATER = 0.9;
/** How long an append waits for room, in ms: a backlog that is shed frees it within this time. */
const WAIT_MS = 1_000;
const POLL_MS = 20;

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
  private readonly stopping = new AbortController();

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

  get room(): LogRoom {
    const topics = this.store.allTopics();
    const unread = topics.reduce(
      (sum, topic) => sum + topic.bytesFrom(this.store.positions.lowest(topic.name)),
      0,
    );
    return { limit: this.limits.maxBytes, used: this.store.bytes, unread };
  }

  /** Whether a group reads the topic. Records of other topics can be removed at any time. */
  isRead(topic: string): boolean {
    return this.store.positions.lowest(topic) !== Infinity;
  }

  /** Whether `bytes` more fit, at the latest after the groups have had a second to read what is in the way. */
  async waitForRoom(bytes: number): Promise<boolean> {
    const deadline = performance.now() + WAIT_MS;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (this.hasRoom(bytes)) return true;
      if (performance.now() >= deadline) return false;
      await sleepUnlessAborted(POLL_MS, signal);
      await this.run();
    }
    return false;
  }

  /** Resolves when no further record can or must be removed; rejects with LogUnavailable. */
  run(): Promise<void> {
    this.running ??= this.remove().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Resolves when the current removal has ended; none follows. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running?.catch(() => undefined);
  }

  private async remove(): Promise<void> {
    while (!this.stopping.signal.aborted) {
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

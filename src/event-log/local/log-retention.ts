import { type LmdbStore } from './lmdb-store.js';
import { type TopicLog } from './topic-log.js';

/** Records removed in one transaction, so that appends go on in between. */
const AT_A_TIME = 1_000;
/** Removal by size begins when this part of the room is taken. */
const FULL_ENOUGH = 0.9;

export interface RetentionLimits {
  /** Age in ms from which a record may be removed. */
  readonly retentionMs: number;
  /** Most bytes of all topics together. */
  readonly maxBytes: number;
}

/** Removes what is too old or too much, oldest first, and never what an existing group has yet to read. */
export class LogRetention {
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly store: LmdbStore,
    private readonly limits: RetentionLimits,
  ) {}

  /** Whether so many more bytes may be put; starts to make room when it gets tight. */
  hasRoom(bytes: number): boolean {
    const taken = this.store.bytes + bytes;
    if (
      taken > this.limits.maxBytes * FULL_ENOUGH &&
      this.running === undefined &&
      this.expendable().length > 0
    )
      this.run().catch(() => undefined);
    return taken <= this.limits.maxBytes;
  }

  /** Resolves when nothing more can or need be removed. */
  run(): Promise<void> {
    this.running ??= this.remove().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Resolves when the disk is left alone. */
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

  /** Topics whose oldest record can and should go, the one with the oldest of all first. */
  private expendable(): TopicLog[] {
    const oldEnough = this.oldEnough();
    const tooMuch = this.store.bytes > this.limits.maxBytes * FULL_ENOUGH;
    const found = this.store.allTopics().flatMap((topic) => {
      if (Math.min(topic.end - 1, this.store.positions.lowest(topic.name)) <= topic.first) return [];
      const age = topic.oldestTimestamp ?? Infinity;
      return tooMuch || age < oldEnough ? [{ topic, age }] : [];
    });
    return found.sort((a, b) => a.age - b.age).map(({ topic }) => topic);
  }

  private removeFrom(topic: TopicLog): Promise<void> {
    const most = this.limits.maxBytes * FULL_ENOUGH - (this.store.bytes - topic.bytes);
    const oldEnough = this.oldEnough();
    return this.store.write(() => {
      topic.removeOldest(
        this.store.positions.lowest(topic.name),
        AT_A_TIME,
        (timestamp, bytes) => timestamp < oldEnough || bytes > most,
      );
    });
  }

  private oldEnough(): number {
    return Date.now() - this.limits.retentionMs;
  }
}

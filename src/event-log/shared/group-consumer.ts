import { setMaxListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import { reasonOf } from '../../resilience/reason-of.js';
import { retryUntilAborted } from '../../resilience/retry-until-aborted.js';
import { type ConsumeOptions, type Subscription } from '../reader.js';
import { Cursor, type CursorGroup } from './cursor.js';
import { type GroupProgress } from './group-progress.js';
import { type PartitionFeed } from './partition-feed.js';
import { Permits } from './permits.js';

/** How many partitions of one group are delivered concurrently. */
const PARTITIONS_AT_ONCE = 6;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 3_000;

/** The cursors of one group from the assignment of partitions to its end. */
interface Share {
  readonly ending: AbortController;
  readonly done: Promise<void>;
}

/** The consumer of one group: a cursor for each partition of this process. */
export class GroupConsumer implements Subscription {
  private readonly logger = new Logger(GroupConsumer.name);
  private readonly permits = new Permits(PARTITIONS_AT_ONCE);
  private readonly shares = new Set<Share>();
  private readonly cursors = new Set<Cursor>();
  private paused = false;
  private stopping: Promise<void> | undefined;

  constructor(
    readonly options: ConsumeOptions,
    private readonly progress: GroupProgress,
    private readonly onStopped: (consumer: GroupConsumer) => void,
  ) {}

  pause(): void {
    this.paused = true;
    for (const cursor of this.cursors) cursor.changed();
  }

  resume(): void {
    this.paused = false;
    for (const cursor of this.cursors) cursor.changed();
  }

  stop(): Promise<void> {
    this.stopping ??= this.detach().finally(() => this.onStopped(this));
    return this.stopping;
  }

  /** Begins at the group's position in each of these partitions. */
  attach(feeds: readonly PartitionFeed[]): void {
    if (feeds.length === 0 || this.stopping !== undefined) return;
    const ending = new AbortController();
    setMaxListeners(0, ending.signal);
    const share = { ending, done: this.run(feeds, ending.signal) };
    this.shares.add(share);
  }

  /** Resolves when the in-flight batches have ended and the positions are stored. Other processes may begin then. */
  async detach(): Promise<void> {
    const shares = [...this.shares];
    for (const { ending } of shares) ending.abort();
    await Promise.all(shares.map(({ done }) => done));
    // Only now: a second call must wait for the same batches.
    for (const share of shares) this.shares.delete(share);
  }

  private async run(feeds: readonly PartitionFeed[], signal: AbortSignal): Promise<void> {
    const starts = await this.startsOf(feeds, signal);
    if (signal.aborted) return;
    const cursors = feeds.map((feed) => {
      const group: CursorGroup = {
        options: this.options,
        permits: this.permits,
        isPaused: () => this.paused,
        moved: (partition, next, isIdle) => this.progress.moved(feed.topic, partition, next, isIdle),
      };
      return new Cursor(group, feed, starts.get(feed.partition) ?? 0n, signal);
    });
    for (const cursor of cursors) this.cursors.add(cursor);
    await Promise.all(cursors.map((cursor) => cursor.run()));
    for (const cursor of cursors) this.cursors.delete(cursor);
    await this.progress.settle(feeds[0]?.topic ?? '');
  }

  private async startsOf(
    feeds: readonly PartitionFeed[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, bigint>> {
    const topic = feeds[0]?.topic ?? '';
    const { group } = this.options;
    return retryUntilAborted(() => this.progress.starts(feeds), {
      signal,
      firstWaitMs: FIRST_WAIT_MS,
      longestWaitMs: LONGEST_WAIT_MS,
      onFirstFailure: (error) =>
        this.logger.warn({ event: 'group.unreadable', group, topic, reason: reasonOf(error) }),
    }).catch((error: unknown) => {
      if (signal.aborted) return new Map();
      throw error;
    });
  }
}

import { Logger } from '@nestjs/common';
import { Outage } from '../../resilience/outage.js';
import { retryUntilAborted } from '../../resilience/retry-until-aborted.js';
import { type Stretch } from './stretch.js';

/** Most bytes and most stretches of the newest records that are kept for the groups that are close to the end. */
const WINDOW_BYTES = 4 * 1_048_576;
const WINDOW_STRETCHES = 256;
/** Older stretches that are kept: groups that catch up from the same place share them. */
const OLDER_STRETCHES = 4;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 3_000;

/** Reads a stretch from an offset that is not the end of the partition. Rejects with LogUnavailable. */
export type ReadStretch = (from: bigint) => Promise<Stretch>;

/** A group that has no more to read until the next stretch arrives. */
export interface TailWaiter {
  /** Takes the newest stretch. Returns whether the group goes on waiting. */
  arrived(stretch: Stretch): boolean;
}

/**
 * The records of one partition for all groups of this process. The newest ones arrive once and stay in a bounded window. A
 * group whose next record has left the window reads on its own, until it is inside the window again: no group waits for
 * another, and memory does not grow with the slowest.
 */
export class PartitionFeed {
  private readonly logger = new Logger(PartitionFeed.name);
  private readonly outage = new Outage(this.logger, {
    lost: 'partition.unreadable',
    back: 'partition.readable',
  });
  private readonly window: Stretch[] = [];
  private windowBytes = 0;
  private readonly older: Stretch[] = [];
  private readonly loading = new Map<bigint, Promise<Stretch>>();
  private readonly waiting = new Set<TailWaiter>();
  private readonly closing = new AbortController();

  constructor(
    readonly topic: string,
    readonly partition: number,
    /** The offset that the shared read reads next. */
    private end: bigint,
    private readonly load: ReadStretch,
  ) {}

  /** The offset after the newest record that has arrived. */
  get tail(): bigint {
    return this.end;
  }

  /** Takes what the shared read has read from `tail`. */
  append(stretch: Stretch): void {
    this.end = stretch.next;
    this.window.push(stretch);
    this.windowBytes += stretch.bytes;
    while (
      this.window.length > 1 &&
      (this.window.length > WINDOW_STRETCHES || this.windowBytes > WINDOW_BYTES)
    )
      this.windowBytes -= this.window.shift()?.bytes ?? 0;
    for (const waiter of this.waiting) if (!waiter.arrived(stretch)) this.waiting.delete(waiter);
  }

  /** Offers every stretch that arrives from now on, until the waiter takes one or leaves. */
  wait(waiter: TailWaiter): void {
    this.waiting.add(waiter);
  }

  leave(waiter: TailWaiter): void {
    this.waiting.delete(waiter);
  }

  /** The stretch with an offset before the tail. Where the log is unavailable it waits; it rejects only after `close`. */
  async read(offset: bigint): Promise<Stretch> {
    const includes = ({ from, next }: Stretch): boolean => from <= offset && offset < next;
    return this.window.findLast(includes) ?? this.older.findLast(includes) ?? this.loaded(offset);
  }

  /** Ends all reads. Called when no group reads any more. */
  close(): void {
    this.closing.abort();
  }

  private loaded(offset: bigint): Promise<Stretch> {
    const known = this.loading.get(offset);
    if (known !== undefined) return known;
    const loading = this.loadUntilClosed(offset).finally(() => this.loading.delete(offset));
    this.loading.set(offset, loading);
    return loading;
  }

  private async loadUntilClosed(offset: bigint): Promise<Stretch> {
    const { topic, partition } = this;
    const stretch = await retryUntilAborted(() => this.load(offset), {
      signal: this.closing.signal,
      firstWaitMs: FIRST_WAIT_MS,
      longestWaitMs: LONGEST_WAIT_MS,
      onFirstFailure: (error) => this.outage.failed(error, { topic, partition }),
    });
    this.outage.recovered({ topic, partition });
    this.older.push(stretch);
    if (this.older.length > OLDER_STRETCHES) this.older.shift();
    return stretch;
  }
}

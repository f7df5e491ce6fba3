import { Logger } from '@nestjs/common';
import { Outage } from '../../../resilience/outage.js';
import { sleep } from '../../../resilience/pauses.js';
import { withDeadline } from '../../../resilience/time-limit.js';
import { type GroupProgress } from '../../shared/group-progress.js';
import { type PartitionFeed } from '../../shared/partition-feed.js';
import { type GroupOffsets } from '../admin/group-offsets.js';

/** Kafka forgets the offsets of a group without members after days: so often they are committed again unchanged, in ms. */
const RENEW_MS = 3_600_000;
const LAST_TRIES = 3;
/** A hung broker must not keep other processes from the partitions, in ms. */
const LAST_DEADLINE_MS = 3_000;
const LAST_WAIT_MS = 200;

interface Place {
  readonly topic: string;
  readonly partition: number;
  next: bigint;
  committed: bigint;
}

/**
 * The positions of one group, committed to it from outside: one request at a time, each with the newest positions. A refused
 * commit is repeated: as long as it is missing, a crash only means that more records are redelivered.
 */
export class KafkaProgress implements GroupProgress {
  private readonly outage = new Outage(new Logger(KafkaProgress.name), {
    lost: 'positions.uncommitted',
    back: 'positions.committed',
  });
  /** By topic and partition. */
  private readonly places = new Map<string, Map<number, Place>>();
  private committing: Promise<void> | undefined;
  private renewedAt = Date.now();

  constructor(
    private readonly group: string,
    private readonly offsets: GroupOffsets,
  ) {}

  async starts(feeds: readonly PartitionFeed[]): Promise<ReadonlyMap<number, bigint>> {
    const topic = feeds[0]?.topic ?? '';
    const committed = await this.offsets.read(
      this.group,
      topic,
      feeds.map(({ partition }) => partition),
    );
    const doubtful = feeds.filter(({ partition, tail }) => (committed.get(partition) ?? tail + 1n) > tail);
    const starts = new Map([...committed, ...(await this.corrected(topic, doubtful, committed))]);
    const places = this.places.get(topic) ?? new Map<number, Place>();
    this.places.set(topic, places);
    for (const [partition, next] of starts)
      places.set(partition, { topic, partition, next, committed: next });
    return starts;
  }

  moved(topic: string, partition: number, next: bigint, isIdle: boolean): void {
    const place = this.places.get(topic)?.get(partition);
    if (place === undefined) return;
    place.next = next;
    if (!isIdle) void this.commit();
  }

  /** Commits what has moved, and everything from time to time. Resolves when a commit has ended; never rejects. */
  async sweep(): Promise<void> {
    if (Date.now() - this.renewedAt > RENEW_MS) {
      this.renewedAt = Date.now();
      for (const place of this.all()) place.committed = -1n;
    }
    await this.commit();
  }

  async settle(topic: string): Promise<void> {
    await withDeadline(this.commitLast(topic), LAST_DEADLINE_MS);
    // Another process may own the partitions from now on: no later commit may contain them.
    this.places.delete(topic);
  }

  private async commitLast(topic: string): Promise<void> {
    for (let attempt = 1; attempt <= LAST_TRIES; attempt += 1) {
      await this.commit();
      if (this.isCommitted(topic)) break;
      if (attempt < LAST_TRIES) await sleep(LAST_WAIT_MS);
    }
  }

  /** No position means the beginning. One behind the end of the log means that the log was cut: the same. */
  private async corrected(
    topic: string,
    feeds: readonly PartitionFeed[],
    committed: ReadonlyMap<number, bigint>,
  ): Promise<Map<number, bigint>> {
    if (feeds.length === 0) return new Map();
    const partitions = feeds.map(({ partition }) => partition);
    const bounds = await this.offsets.bounds(topic, partitions);
    return new Map(
      partitions.map((partition) => {
        const { low = 0n, high = 0n } = bounds.get(partition) ?? {};
        const next = committed.get(partition);
        return [partition, next === undefined || next > high ? low : next];
      }),
    );
  }

  private commit(): Promise<void> {
    this.committing ??= this.commitAll().finally(() => (this.committing = undefined));
    return this.committing;
  }

  private async commitAll(): Promise<void> {
    const { group, outage } = this;
    try {
      for (;;) {
        const [first, ...rest] = this.all().filter(({ next, committed }) => next !== committed);
        if (first === undefined) break;
        const { topic } = first;
        const open = [first, ...rest.filter((place) => place.topic === topic)].map((place) => ({
          place,
          next: place.next,
        }));
        const positions = new Map(open.map(({ place, next }) => [place.partition, next]));
        await this.offsets.commit(group, topic, positions);
        for (const { place, next } of open) place.committed = next;
        outage.recovered({ group });
      }
    } catch (error) {
      outage.failed(error, { group });
    }
  }

  private isCommitted(topic: string): boolean {
    const places = [...(this.places.get(topic)?.values() ?? [])];
    return places.every(({ next, committed }) => next === committed);
  }

  private all(): Place[] {
    return [...this.places.values()].flatMap((places) => [...places.values()]);
  }
}

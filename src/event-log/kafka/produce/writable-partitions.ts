import { type ICustomPartitioner, type PartitionerArgs, Partitioners, type PartitionMetadata } from 'kafkajs';
import { Backoff, pause } from '../../../resilience/backoff.js';
import { NoLeaderYet } from './partition-count.js';

/** How long partitions that have no leader at work are waited for, before whoever waits is told so. In ms. */
const PATIENCE_MS = 1_000;

/**
 * How many partitions of each topic are known to take records, because their leaders have answered. Kafka names the leaders
 * of partitions it has just made before they are at work. A send that meets one is written in the other partitions,
 * refused as a whole, and written there again by the next try.
 */
export class WritablePartitions {
  private readonly counts = new Map<string, number>();
  private readonly growing = new Set<string>();

  /** `count` asks the leader of each partition of a topic; it throws NoLeaderYet where one is not at work. */
  constructor(
    private readonly count: (topic: string) => Promise<number>,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /** kafkajs's own choice among the partitions that are known to take records. */
  readonly partitioner: ICustomPartitioner = () => {
    const choose = Partitioners.DefaultPartitioner();
    return (args) => choose({ ...args, partitionMetadata: this.known(args) });
  };

  /** Resolves when every partition of these topics has answered; rejects when one has not in time, or cannot be asked. */
  async confirm(topics: readonly string[]): Promise<void> {
    await Promise.all(topics.map(async (topic) => this.counts.set(topic, await this.patiently(topic))));
  }

  /** As `confirm`, for those of which it is not known. */
  async ensure(topics: readonly string[]): Promise<void> {
    const unknown = topics.filter((topic) => !this.counts.has(topic));
    if (unknown.length > 0) await this.confirm(unknown);
  }

  /** A send failed, perhaps because a partition has lost its leader: the next one asks first. */
  forget(topics: readonly string[]): void {
    for (const topic of topics) this.counts.delete(topic);
  }

  /** Partitions that were added are used once they have answered too. */
  private known({ topic, partitionMetadata: all }: PartitionerArgs): PartitionMetadata[] {
    const count = this.counts.get(topic);
    if (count === undefined || all.length <= count) return all;
    void this.grow(topic);
    return all.filter(({ partitionId }) => partitionId < count);
  }

  private async grow(topic: string): Promise<void> {
    if (this.growing.has(topic)) return;
    this.growing.add(topic);
    await this.confirm([topic])
      .catch(() => undefined)
      .finally(() => this.growing.delete(topic));
  }

  private async patiently(topic: string): Promise<number> {
    const backoff = new Backoff(20, 200);
    const over = AbortSignal.timeout(this.patienceMs);
    for (;;) {
      try {
        return await this.count(topic);
      } catch (error) {
        if (!(error instanceof NoLeaderYet) || over.aborted) throw error;
        await pause(backoff.next(), over);
      }
    }
  }
}

import {
  type ICustomPartitioner,
  type Kafka,
  type PartitionerArgs,
  Partitioners,
  type PartitionMetadata,
} from 'kafkajs';
import { Backoff } from '../../../resilience/backoff.js';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { LogUnavailable } from '../../append-errors.js';
import { AdminSession } from '../admin/admin-session.js';
import { isLeaderless } from '../client/kafka-errors.js';

/** How long a caller waits for partitions without a leader before it gets the error, in ms. */
const LEADER_WAIT_MS = 1_000;

/** A partition exists, but its leader does not take requests yet. */
export class NoLeaderYet extends LogUnavailable {
  constructor(topic: string) {
    super(`A partition of the topic ${topic} has no leader that takes requests.`);
  }
}

/**
 * How many partitions of each topic take records, confirmed by their leaders. Kafka names the leaders of new partitions
 * before they take requests. A send that meets such a partition is written to the others and fails as a whole, so that its
 * retry would write duplicates there.
 */
export class WritablePartitions {
  private readonly counts = new Map<string, number>();
  private readonly growing = new Set<string>();

  /** `count` queries the leader of each partition of a topic, and throws NoLeaderYet while one does not answer. */
  constructor(
    private readonly count: (topic: string) => Promise<number>,
    private readonly leaderWaitMs = LEADER_WAIT_MS,
  ) {}

  /** The default choice of kafkajs among the confirmed partitions. */
  readonly partitioner: ICustomPartitioner = () => {
    const choose = Partitioners.DefaultPartitioner();
    return (args) => choose({ ...args, partitionMetadata: this.confirmed(args) });
  };

  /** Resolves when every partition of these topics is writable; rejects when one is not in time, or a query fails. */
  async confirm(topics: readonly string[]): Promise<void> {
    await Promise.all(
      topics.map(async (topic) => this.counts.set(topic, await this.pollUntilWritable(topic))),
    );
  }

  /** Like `confirm`, but skips topics already confirmed. */
  async ensure(topics: readonly string[]): Promise<void> {
    const unconfirmed = topics.filter((topic) => !this.counts.has(topic));
    if (unconfirmed.length > 0) await this.confirm(unconfirmed);
  }

  /** After a failed send, which may mean that a partition lost its leader: the next send confirms first. */
  forget(topics: readonly string[]): void {
    for (const topic of topics) this.counts.delete(topic);
  }

  /** Added partitions are used after their leaders have been confirmed too. */
  private confirmed({ topic, partitionMetadata: all }: PartitionerArgs): PartitionMetadata[] {
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

  private async pollUntilWritable(topic: string): Promise<number> {
    const backoff = new Backoff(20, 200);
    const over = AbortSignal.timeout(this.leaderWaitMs);
    for (;;) {
      try {
        return await this.count(topic);
      } catch (error) {
        if (!(error instanceof NoLeaderYet) || over.aborted) throw error;
        await sleepUnlessAborted(backoff.next(), over);
      }
    }
  }
}

/**
 * Queries the leader of each partition for its offsets, which only a leader that takes requests answers; resolves to the
 * number of partitions. A new connection each time, because a lasting one caches partitions for minutes. Throws
 * NoLeaderYet, or the error of kafkajs.
 */
export async function partitionCount(kafka: Kafka, topic: string): Promise<number> {
  const session = new AdminSession(kafka);
  try {
    return (await session.use((admin) => admin.fetchTopicOffsets(topic))).length;
  } catch (error) {
    throw isLeaderless(error) ? new NoLeaderYet(topic) : error;
  } finally {
    session.close();
  }
}

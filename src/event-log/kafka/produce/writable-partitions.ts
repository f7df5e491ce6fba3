import { type ICustomPartitioner, type Kafka, type PartitionerArgs } from 'kafkajs';
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
 * The producer's metadata lack a partition that is confirmed: it was added since they were read, or the topic was made anew
 * with fewer. Nothing has been sent then.
 */
export class UnknownPartition extends LogUnavailable {
  constructor(topic: string) {
    super(`The partitions of the topic ${topic} have changed.`);
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

  /** Leaves a message in the partition that its sender chose among the confirmed ones. */
  readonly partitioner: ICustomPartitioner = () => (args) => this.checked(args);

  /** Resolves when every partition of these topics is writable; rejects when one is not in time, or a query fails. */
  async confirm(topics: readonly string[]): Promise<void> {
    await this.ensure(topics, new Map());
  }

  /** How many partitions each of these topics has; like `confirm` for those that are not confirmed yet. */
  async ensure(
    topics: readonly string[],
    known: ReadonlyMap<string, number> = this.counts,
  ): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    const unconfirmed = topics.filter((topic) => {
      const count = known.get(topic);
      if (count !== undefined) found.set(topic, count);
      return count === undefined;
    });
    if (unconfirmed.length === 0) return found;
    const confirm = async (topic: string) => {
      const count = await this.pollUntilWritable(topic);
      this.counts.set(topic, count);
      found.set(topic, count);
    };
    await Promise.all(unconfirmed.map(confirm));
    return found;
  }

  /** After a failed send, which may mean that a partition lost its leader: the next send confirms first. */
  forget(topics: readonly string[]): void {
    for (const topic of topics) this.counts.delete(topic);
  }

  /**
   * kafkajs would leave out a message for a partition that it does not know, and resolve as if it were written. Added
   * partitions are used after their leaders have been confirmed too.
   */
  private checked({ topic, partitionMetadata: all, message: { partition = -1 } }: PartitionerArgs): number {
    if (!all.some(({ partitionId }) => partitionId === partition)) throw new UnknownPartition(topic);
    if (all.length > (this.counts.get(topic) ?? Infinity)) void this.grow(topic);
    return partition;
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

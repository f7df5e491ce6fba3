import { Logger } from '@nestjs/common';
import { type Cluster, type Kafka } from 'kafkajs';
import { Backoff } from '../../../resilience/backoff.js';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { reasonOf } from '../../../resilience/reason-of.js';
import { type GroupConsumer } from '../../shared/group-consumer.js';
import { PartitionFeed } from '../../shared/partition-feed.js';
import { Stretch } from '../../shared/stretch.js';
import { TopicFanOut } from '../../shared/topic-fan-out.js';
import { clusterOf, type ClusterSession, leaderOf } from '../client/kafka-cluster.js';
import { isOutOfRange, logUnavailable } from '../client/kafka-errors.js';
import { fetchStretches } from './fetch-stretches.js';
import { GroupMembership } from './group-membership.js';
import { offsetsOf } from '../admin/group-offsets.js';
import { TailReads } from './tail-reads.js';

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 3_000;
/** Older records are there already: a broker answers at once. */
const PATIENCE = { maxWaitTime: 500, minBytes: 1 };

/** Reads the partitions of one topic that this process is assigned, once for all groups, until `stop`. */
export class KafkaTopicReader {
  private readonly logger = new Logger(KafkaTopicReader.name);
  private readonly stopping = new AbortController();
  private readonly backoff = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS);
  private readonly fanOut = new TopicFanOut();
  private readonly group: string;
  private readonly done: Promise<void>;

  constructor(
    private readonly kafka: Kafka,
    /** Connections of their own for groups that catch up: their answers must not delay the newest records. */
    private readonly older: ClusterSession,
    private readonly topic: string,
  ) {
    this.group = `tributary.delivery.${topic}`;
    this.done = this.supervise();
  }

  add(consumer: GroupConsumer): void {
    this.fanOut.add(consumer);
  }

  remove(consumer: GroupConsumer): void {
    this.fanOut.remove(consumer);
  }

  /** Resolves when the in-flight batches have ended and the partitions are given up. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async supervise(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const cluster = clusterOf(this.kafka);
      try {
        await new GroupMembership(cluster, this.topic, this.group, (partitions, lost) =>
          this.read(cluster, partitions, lost),
        ).run(signal);
      } catch (error) {
        const reason = reasonOf(logUnavailable(error));
        this.logger.warn({ event: 'consumer.crashed', group: this.group, reason });
        await sleepUnlessAborted(this.backoff.next(), signal);
      } finally {
        void cluster.disconnect().catch(() => undefined);
      }
    }
  }

  private async read(cluster: Cluster, partitions: readonly number[], signal: AbortSignal): Promise<void> {
    const ends = partitions.length === 0 ? [] : await offsetsOf(cluster, this.topic, partitions, false);
    const feeds = new Map<number, PartitionFeed>();
    for (const [partition, end] of ends) feeds.set(partition, this.feedOf(partition, end));
    if (feeds.size < partitions.length)
      throw new TypeError('Kafka does not tell the end of every partition.');
    this.backoff.reset();
    this.fanOut.open([...feeds.values()]);
    try {
      await new TailReads(cluster, this.topic, feeds).run(signal);
    } finally {
      await this.fanOut.close();
    }
  }

  private feedOf(partition: number, end: bigint): PartitionFeed {
    return new PartitionFeed(this.topic, partition, end, (from) => this.readOlder(partition, from));
  }

  private async readOlder(partition: number, from: bigint): Promise<Stretch> {
    const { topic } = this;
    try {
      return await this.older.use(async (cluster) => {
        try {
          const broker = await leaderOf(cluster, topic, partition);
          const found = await fetchStretches(broker, topic, new Map([[partition, from]]), PATIENCE);
          return found.get(partition) ?? new Stretch(from, from, []);
        } catch (error) {
          if (!isOutOfRange(error)) throw await refreshed(cluster, error);
          return new Stretch(from, await firstAfter(cluster, topic, partition, from), []);
        }
      });
    } catch (error) {
      throw logUnavailable(error);
    }
  }
}

/** The first offset that retention has left. */
async function firstAfter(cluster: Cluster, topic: string, partition: number, from: bigint): Promise<bigint> {
  const lows = await offsetsOf(cluster, topic, [partition], true);
  const low = lows.get(partition) ?? 0n;
  return low > from ? low : from;
}

/** The error, after an attempt to learn of a new leader. */
async function refreshed(cluster: Cluster, error: unknown): Promise<unknown> {
  await cluster.refreshMetadata().catch(() => undefined);
  return error;
}

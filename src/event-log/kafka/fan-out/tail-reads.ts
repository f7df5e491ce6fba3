import { Logger } from '@nestjs/common';
import { type Cluster } from 'kafkajs';
import { Backoff } from '../../../resilience/backoff.js';
import { Outage } from '../../../resilience/outage.js';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { orAborted } from '../../../resilience/time-limit.js';
import { type PartitionFeed } from '../../shared/partition-feed.js';
import { isOutOfRange, logUnavailable } from '../client/kafka-errors.js';
import { fetchStretches } from './fetch-stretches.js';

/** A small produce request waits at most this long for further ones, so that it does not wake every group by itself. */
const PATIENCE = { maxWaitTime: 200, minBytes: 65_536 };

/**
 * Reads the newest records of the partitions of this process into their feeds, with one request at a time to each broker that
 * leads some of them.
 */
export class TailReads {
  private readonly outage = new Outage(new Logger(TailReads.name), {
    lost: 'topic.unreadable',
    back: 'topic.readable',
  });
  private readonly backoff = new Backoff(100, 2_000);

  constructor(
    private readonly cluster: Cluster,
    private readonly topic: string,
    private readonly feeds: ReadonlyMap<number, PartitionFeed>,
  ) {}

  /** Resolves after the signal. Rejects when a partition has lost records that were read already. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted)
      await this.followLeaders(signal).catch((error: unknown) => this.afterFailure(error, signal));
  }

  /** A broker that is away, or that leads the partitions no more: the metadata tells where they are. */
  private async afterFailure(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (isOutOfRange(error)) throw error;
    this.outage.failed(logUnavailable(error), { topic: this.topic });
    await sleepUnlessAborted(this.backoff.next(), signal);
    await this.cluster.refreshMetadata().catch(() => undefined);
  }

  /** Rejects when one of the brokers fails or no longer leads its partitions. */
  private async followLeaders(parent: AbortSignal): Promise<void> {
    const leaders = this.cluster.findLeaderForPartitions(this.topic, [...this.feeds.keys()]);
    const failed = new AbortController();
    const signal = AbortSignal.any([parent, failed.signal]);
    const follows = Object.entries(leaders).map(([nodeId, partitions]) =>
      this.follow(nodeId, partitions, signal).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    );
    await Promise.all(follows);
  }

  private async follow(nodeId: string, partitions: readonly number[], signal: AbortSignal): Promise<void> {
    const feeds = partitions.flatMap((partition) => this.feeds.get(partition) ?? []);
    while (!signal.aborted) {
      const broker = await orAborted(this.cluster.findBroker({ nodeId }), signal);
      const positions = new Map(feeds.map(({ partition, tail }) => [partition, tail]));
      const found = await orAborted(fetchStretches(broker, this.topic, positions, PATIENCE), signal);
      this.backoff.reset();
      this.outage.recovered({ topic: this.topic });
      for (const feed of feeds) {
        const stretch = found.get(feed.partition);
        if (stretch !== undefined) feed.append(stretch);
      }
    }
  }
}

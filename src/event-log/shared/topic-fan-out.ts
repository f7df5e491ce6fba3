import { type GroupConsumer } from './group-consumer.js';
import { type PartitionFeed } from './partition-feed.js';

/** Brings the partitions of a topic that this process reads together with the groups that want them. */
export class TopicFanOut {
  private feeds: readonly PartitionFeed[] = [];
  private readonly consumers = new Set<GroupConsumer>();

  add(consumer: GroupConsumer): void {
    this.consumers.add(consumer);
    consumer.attach(this.feeds);
  }

  remove(consumer: GroupConsumer): void {
    this.consumers.delete(consumer);
  }

  /** From now on this process reads these partitions. Called when it reads none. */
  open(feeds: readonly PartitionFeed[]): void {
    this.feeds = feeds;
    for (const consumer of this.consumers) consumer.attach(feeds);
  }

  /** Resolves when no group works on the partitions any more and all positions are stored. */
  async close(): Promise<void> {
    const { feeds } = this;
    this.feeds = [];
    await Promise.all([...this.consumers].map((consumer) => consumer.detach()));
    for (const feed of feeds) feed.close();
  }
}

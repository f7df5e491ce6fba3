import { type Kafka } from 'kafkajs';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { type ConsumeOptions, type Subscription } from '../../reader.js';
import { GroupConsumer } from '../../shared/group-consumer.js';
import { ClusterSession } from '../client/kafka-cluster.js';
import { GroupOffsets } from '../admin/group-offsets.js';
import { KafkaProgress } from './kafka-progress.js';
import { KafkaTopicReader } from './kafka-topic-reader.js';

/** How often the positions of groups that want none of the records are committed, in ms. */
const SWEEP_MS = 5_000;
/** Between two of these groups, in ms: the commits of a thousand groups are a few percent of a core of the broker then. */
const BETWEEN_MS = 20;

/** All consumers of this process: one reader per topic, and a position per group and partition. */
export class KafkaConsumers {
  /** For positions and for groups that catch up. */
  private readonly session: ClusterSession;
  readonly offsets: GroupOffsets;
  private readonly readers = new Map<string, KafkaTopicReader>();
  private readonly running = new Map<GroupConsumer, KafkaProgress>();
  private readonly timer: NodeJS.Timeout;
  private readonly closing = new AbortController();
  private sweeping = false;

  constructor(private readonly kafka: Kafka) {
    this.session = new ClusterSession(kafka);
    this.offsets = new GroupOffsets(this.session);
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS).unref();
  }

  /** Resolves before the process has joined the group that divides the partitions. */
  consume(options: ConsumeOptions): Subscription {
    const progress = new KafkaProgress(options.group, this.offsets);
    const consumer = new GroupConsumer(options, progress, () => {
      this.running.delete(consumer);
      for (const topic of options.topics) this.readers.get(topic)?.remove(consumer);
    });
    this.running.set(consumer, progress);
    for (const topic of options.topics) this.readerOf(topic).add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.closing.abort();
    await Promise.all([...this.readers.values()].map((reader) => reader.stop()));
    await Promise.all([...this.running.keys()].map((consumer) => consumer.stop()));
    this.session.close();
  }

  private readerOf(topic: string): KafkaTopicReader {
    const known = this.readers.get(topic);
    if (known !== undefined) return known;
    const reader = new KafkaTopicReader(this.kafka, this.session, topic);
    this.readers.set(topic, reader);
    return reader;
  }

  /** One group after the other, at most fifty a second: a thousand at once would delay everything else in the process. */
  private async sweep(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    for (const progress of this.running.values()) {
      await progress.sweep();
      await sleepUnlessAborted(BETWEEN_MS, this.closing.signal, { ref: false });
    }
    this.sweeping = false;
  }
}

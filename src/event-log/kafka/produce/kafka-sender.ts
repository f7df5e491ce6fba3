import { type Kafka, type Producer, type TopicMessages } from 'kafkajs';
import { type LogRecord } from '../../appender.js';
import { appendErrorOf, isCausedBy, isClassified } from '../client/kafka-errors.js';
import { encodedMessage } from './encoded-produce.js';
import { partitionOf } from './partition-of.js';
import { type Sender } from './producer-queue.js';
import { partitionCount, UnknownPartition, WritablePartitions } from './writable-partitions.js';

/** Shorter than the client's request timeout, so that the broker's own answer arrives before it. In ms. */
const BROKER_TIMEOUT_MS = 1_400;

/**
 * Sends batches with `acks=all` by kafkajs, encoded by code of the product (decision 17). A failed batch may still be in the
 * log.
 */
export class KafkaSender implements Sender {
  private producer: Producer;
  private connected = false;
  private readonly partitions: WritablePartitions;

  constructor(private readonly kafka: Kafka) {
    this.partitions = new WritablePartitions((topic) => partitionCount(kafka, topic));
    this.producer = this.createProducer();
  }

  /** Resolves when every partition of these topics takes records and the producer knows their leaders. */
  async prepare(topics: readonly string[]): Promise<void> {
    await this.partitions.confirm(topics);
    await this.sendBatch(topics.map((topic) => ({ topic, messages: [] })));
  }

  async send(records: readonly LogRecord[]): Promise<void> {
    const topics = [...new Set(records.map(({ topic }) => topic))];
    try {
      await this.sendOnce(topics, records).catch((error: unknown) => {
        if (!isCausedBy(error, UnknownPartition)) throw error;
        return this.sendOnce(topics, records);
      });
    } catch (error) {
      throw appendErrorOf(error);
    }
  }

  renew(): void {
    const old = this.producer;
    this.producer = this.createProducer();
    this.connected = false;
    old.disconnect().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }

  private async sendOnce(topics: readonly string[], records: readonly LogRecord[]): Promise<void> {
    const counts = await this.partitions.ensure(topics);
    await this.sendBatch(byPartition(records, counts)).catch((error: unknown) => {
      this.partitions.forget(topics);
      throw error;
    });
  }

  private async sendBatch(topicMessages: TopicMessages[]): Promise<void> {
    const { producer } = this;
    try {
      if (!this.connected) await producer.connect();
      this.connected = true;
      await producer.sendBatch({ acks: -1, timeout: BROKER_TIMEOUT_MS, topicMessages });
    } catch (error) {
      // A connected producer reconnects without help. One whose connect was cut short by a hung broker never does: every
      // further send fails with an unclassified "Broker not connected".
      if (producer === this.producer && (!this.connected || !isClassified(error))) this.renew();
      throw error;
    }
  }

  /** Never idempotent: kafkajs reuses a sequence number after a timeout, and an event can be lost (DESIGN 5.2). */
  private createProducer(): Producer {
    return this.kafka.producer({
      createPartitioner: this.partitions.partitioner,
      allowAutoTopicCreation: false,
      metadataMaxAge: 60_000,
    });
  }
}

/** One encoded message per partition. Kafka has a partition for each key among those that are confirmed. */
function byPartition(records: readonly LogRecord[], counts: ReadonlyMap<string, number>): TopicMessages[] {
  const topics = new Map<string, Map<number, LogRecord[]>>();
  for (const record of records) {
    const { topic, key } = record;
    const partition = partitionOf(key, counts.get(topic) ?? 1);
    const partitions = topics.get(topic) ?? new Map<number, LogRecord[]>();
    topics.set(topic, partitions);
    const own = partitions.get(partition);
    if (own === undefined) partitions.set(partition, [record]);
    else own.push(record);
  }
  return [...topics].map(([topic, partitions]) => ({
    topic,
    messages: [...partitions].map(([partition, own]) => encodedMessage(partition, own)),
  }));
}

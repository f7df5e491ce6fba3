import { type Kafka, type Producer, type TopicMessages } from 'kafkajs';
import { type LogRecord } from '../../appender.js';
import { isKnown } from '../client/kafka-fault.js';
import { WritablePartitions } from './writable-partitions.js';
import { partitionCount } from './partition-count.js';

/** Sends batches with `acks=all`; what failed may still be in the log. */
export class KafkaSender {
  private producer: Producer;
  private connected = false;
  private readonly partitions: WritablePartitions;

  constructor(private readonly kafka: Kafka) {
    this.partitions = new WritablePartitions((topic) => partitionCount(kafka, topic));
    this.producer = this.makeProducer();
  }

  /** Resolves when every partition of these topics takes records, and the producer knows who leads it. */
  async prepare(topics: readonly string[]): Promise<void> {
    await this.partitions.confirm(topics);
    await this.sendBatch(topics.map((topic) => ({ topic, messages: [] })));
  }

  async send(records: readonly LogRecord[]): Promise<void> {
    const topicMessages = byTopic(records);
    const topics = topicMessages.map(({ topic }) => topic);
    await this.partitions.ensure(topics);
    try {
      await this.sendBatch(topicMessages);
    } catch (error) {
      this.partitions.forget(topics);
      throw error;
    }
  }

  /** Drops a producer that no longer answers, and whatever it is waiting for. */
  renew(): void {
    const old = this.producer;
    this.producer = this.makeProducer();
    this.connected = false;
    old.disconnect().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }

  private async sendBatch(topicMessages: TopicMessages[]): Promise<void> {
    const { producer } = this;
    try {
      if (!this.connected) await producer.connect();
      this.connected = true;
      await producer.sendBatch({ acks: -1, timeout: 1_400, topicMessages });
    } catch (error) {
      // An established producer mends its connections by itself. One that got half way when the broker hung never does:
      // each further send says "Broker not connected", for ever.
      if (producer === this.producer && (!this.connected || !isKnown(error))) this.renew();
      throw error;
    }
  }

  /** Never idempotent: kafkajs reuses a sequence number after a time-out, and an event can be lost (DESIGN 5.2). */
  private makeProducer(): Producer {
    return this.kafka.producer({
      createPartitioner: this.partitions.partitioner,
      allowAutoTopicCreation: false,
      metadataMaxAge: 60_000,
    });
  }
}

function byTopic(records: readonly LogRecord[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { topic, key, value, headers } of records) {
    const entry = topics.get(topic) ?? { topic, messages: [] };
    entry.messages.push({ key, value, headers });
    topics.set(topic, entry);
  }
  return [...topics.values()];
}

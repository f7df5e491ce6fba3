import { type Kafka, Partitioners, type Producer, type TopicMessages } from 'kafkajs';
import { type LogRecord } from '../event-log.js';
import { isKnown } from './kafka-fault.js';

/** Sends batches with `acks=all`; what failed may still be in the log. */
export class KafkaSender {
  private producer: Producer;
  private connected = false;

  constructor(private readonly kafka: Kafka) {
    this.producer = this.makeProducer();
  }

  async send(records: readonly LogRecord[]): Promise<void> {
    const { producer } = this;
    try {
      if (!this.connected) await producer.connect();
      this.connected = true;
      await producer.sendBatch({ acks: -1, timeout: 1_400, topicMessages: byTopic(records) });
    } catch (error) {
      // An established producer mends its connections by itself. One that got half way when the broker hung never does:
      // each further send says "Broker not connected", for ever.
      if (producer === this.producer && (!this.connected || !isKnown(error))) this.renew();
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

  /** Never idempotent: kafkajs reuses a sequence number after a time-out, and an event can be lost (DESIGN 5.2). */
  private makeProducer(): Producer {
    return this.kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
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

import { Logger } from '@nestjs/common';
import { type Admin } from 'kafkajs';
import { type KafkaConfig } from '../../../config/kafka.config.js';
import { LogUnavailable } from '../../append-errors.js';
import { type AdminSession } from './admin-session.js';

/**
 * Whether every partition of every topic of the contract (DESIGN 5.3) can be written to; makes topics that are missing, if it may.
 */
export class TopicCheck {
  private readonly logger = new Logger(TopicCheck.name);
  private readonly topics: readonly string[];
  /** Found at the last look: then one light request tells whether all is still well. */
  private present = false;

  constructor(
    private readonly session: AdminSession,
    private readonly config: KafkaConfig,
    private readonly prepare: (topics: readonly string[]) => Promise<void>,
  ) {
    this.topics = [...new Set([config.EVENTS_TOPIC, config.REJECTED_TOPIC, config.DEAD_LETTERS_TOPIC])];
  }

  /** Resolves when all is well; otherwise rejects with what is not. */
  async run(): Promise<void> {
    await this.session.use(async (admin) => {
      const { present } = this;
      this.present = false;
      if (!present) await this.createMissing(admin);
      await this.checkLeaders(admin);
      if (!present) await this.prepare(this.topics);
      this.present = true;
    });
  }

  private async checkLeaders(admin: Admin): Promise<void> {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...this.topics] });
    const headless = topics.find(({ partitions }) => partitions.some(({ leader }) => leader < 0));
    if (headless) throw new LogUnavailable(`A partition of the topic ${headless.name} has no leader.`);
  }

  private async createMissing(admin: Admin): Promise<void> {
    const existing = new Set(await admin.listTopics());
    const missing = this.topics.filter((topic) => !existing.has(topic));
    if (missing.length === 0) return;
    if (!this.config.KAFKA_CREATE_TOPICS)
      throw new LogUnavailable(
        `Kafka has no topic ${missing.join(', ')}: create it, or set KAFKA_CREATE_TOPICS to true.`,
      );
    const shape = {
      numPartitions: this.config.KAFKA_PARTITIONS,
      replicationFactor: this.config.KAFKA_REPLICATION,
    };
    await admin.createTopics({ topics: missing.map((topic) => ({ topic, ...shape })), waitForLeaders: true });
    this.logger.log({ event: 'topics.created', topics: missing, ...shape });
  }
}

import { Logger } from '@nestjs/common';
import { type Admin } from 'kafkajs';
import { type KafkaConfig } from '../../../config/kafka.config.js';
import { LogUnavailable } from '../../append-errors.js';
import { type AdminSession } from './admin-session.js';

/**
 * Checks that every partition of every topic of the contract (DESIGN 5.3) takes records. Creates missing topics when
 * KAFKA_CREATE_TOPICS allows it.
 */
export class TopicCheck {
  private readonly logger = new Logger(TopicCheck.name);
  private readonly topics: readonly string[];
  /** Whether the last check found all topics: then one metadata request is enough. */
  private present = false;

  constructor(
    private readonly session: AdminSession,
    private readonly config: KafkaConfig,
    /** Lets the sender confirm the partitions of the topics. */
    private readonly prepare: (topics: readonly string[]) => Promise<void>,
  ) {
    this.topics = [...new Set([config.EVENTS_TOPIC, config.REJECTED_TOPIC, config.DEAD_LETTERS_TOPIC])];
  }

  /** Resolves when all topics take records. Rejects with LogUnavailable, or with the error of kafkajs. */
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
    const leaderless = topics.find(({ partitions }) => partitions.some(({ leader }) => leader < 0));
    if (leaderless) throw new LogUnavailable(`A partition of the topic ${leaderless.name} has no leader.`);
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

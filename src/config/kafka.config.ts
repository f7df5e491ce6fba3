import { IsArray, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { Flag, Int, List } from './setting.js';

const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/;

/** The settings that concern Kafka: how to reach it, and the topics that are the public contract (DESIGN 5.3). */
export class KafkaConfig {
  /** Kafka brokers as `host:port`, comma-separated; without them the event log is a local one in DATA_DIR. */
  @List()
  @IsOptional()
  @IsArray()
  @Matches(/^[^\s:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, {
    each: true,
    message: '$property must list host:port pairs',
  })
  readonly KAFKA_BROKERS?: readonly string[];

  /** How to log in to Kafka: `plain`, `scram-sha-256` or `scram-sha-512`. */
  @IsOptional()
  @IsIn(['plain', 'scram-sha-256', 'scram-sha-512'])
  readonly KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  /** User of the Kafka login. */
  @IsOptional()
  @IsString()
  readonly KAFKA_SASL_USERNAME?: string;

  /** Password of the Kafka login. */
  @IsOptional()
  @IsString()
  readonly KAFKA_SASL_PASSWORD?: string;

  /** Speak TLS with the Kafka brokers. */
  @Flag()
  readonly KAFKA_TLS: boolean = false;

  /** PEM file with the authority that signed the brokers' certificates, when the system does not know it. */
  @IsOptional()
  @IsString()
  readonly KAFKA_TLS_CA_FILE?: string;

  /** PEM file with the client certificate, for brokers that ask for one. */
  @IsOptional()
  @IsString()
  readonly KAFKA_TLS_CERT_FILE?: string;

  /** PEM file with the key of the client certificate. */
  @IsOptional()
  @IsString()
  readonly KAFKA_TLS_KEY_FILE?: string;

  /** Whether missing topics are created at start. */
  @Flag()
  readonly KAFKA_CREATE_TOPICS: boolean = true;

  /** Partitions of a topic that is created here. */
  @Int(1, 10_000)
  readonly KAFKA_PARTITIONS: number = 6;

  /** Replicas of a topic that is created here; -1 for the broker's default. */
  @Int(-1, 32)
  readonly KAFKA_REPLICATION: number = -1;

  /** Topic of the canonical events. */
  @Matches(TOPIC)
  readonly EVENTS_TOPIC: string = 'tributary.events';

  /** Topic of the messages that were rejected, with the reason. */
  @Matches(TOPIC)
  readonly REJECTED_TOPIC: string = 'tributary.rejected';

  /** Topic of the deliveries that were given up. */
  @Matches(TOPIC)
  readonly DEAD_LETTERS_TOPIC: string = 'tributary.dead-letters';
}

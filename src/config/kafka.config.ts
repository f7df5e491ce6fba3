import { IsArray, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { Brokers, Flag, Int } from './setting.js';

const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/;

/** Settings of Kafka: how to reach it, and its topics, which are a public contract (DESIGN 5.3). */
export class KafkaConfig {
  /** Kafka brokers as `host:port`, comma-separated. Without them, the event log is a local one in DATA_DIR. */
  @IsOptional()
  @IsArray()
  @Brokers()
  readonly KAFKA_BROKERS?: readonly string[];

  /**
   * How to authenticate with Kafka: `plain`, `scram-sha-256` or `scram-sha-512`. Without it, there is no authentication.
   */
  @IsOptional()
  @IsIn(['plain', 'scram-sha-256', 'scram-sha-512'])
  readonly KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  /** User name for Kafka. */
  @IsOptional()
  @IsString()
  readonly KAFKA_SASL_USERNAME?: string;

  /** Password for Kafka. */
  @IsOptional()
  @IsString()
  readonly KAFKA_SASL_PASSWORD?: string;

  /** Use TLS to the Kafka brokers. */
  @Flag()
  readonly KAFKA_TLS: boolean = false;

  /** PEM file with the authority that signed the brokers' certificates. Without it, the authorities that Node trusts. */
  @IsOptional()
  @IsString()
  readonly KAFKA_TLS_CA_FILE?: string;

  /** PEM file with the client certificate, for brokers that require one. */
  @IsOptional()
  @IsString()
  readonly KAFKA_TLS_CERT_FILE?: string;

  /** PEM file with the private key of the client certificate. */
  @IsOptional()
  @IsString()
  readonly KAFKA_TLS_KEY_FILE?: string;

  /** Create missing topics at start. */
  @Flag()
  readonly KAFKA_CREATE_TOPICS: boolean = true;

  /** Partitions of a topic that Tributary creates. */
  @Int(1, 10_000)
  readonly KAFKA_PARTITIONS: number = 6;

  /** Replicas of a topic that Tributary creates. -1 uses the broker's default. */
  @Int(-1, 32)
  readonly KAFKA_REPLICATION: number = -1;

  /** Topic of canonical events. */
  @Matches(TOPIC)
  readonly EVENTS_TOPIC: string = 'tributary.events';

  /** Topic of rejected messages, each with the reason. */
  @Matches(TOPIC)
  readonly REJECTED_TOPIC: string = 'tributary.rejected';

  /** Topic of deliveries that were given up. */
  @Matches(TOPIC)
  readonly DEAD_LETTERS_TOPIC: string = 'tributary.dead-letters';
}

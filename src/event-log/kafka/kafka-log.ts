import { type KafkaConfig } from '../../config/kafka.config.js';
import { LogUnavailable } from '../append-errors.js';
import { type Durability, type LogHealth, type LogRecord } from '../appender.js';
import { EventLog } from '../event-log.js';
import { type ConsumeOptions, type GroupPosition, type ScanOptions, type Subscription } from '../reader.js';
import { AdminSession } from './admin/admin-session.js';
import { BrokerHealth } from './admin/broker-health.js';
import { GroupAdmin } from './admin/group-admin.js';
import { TopicCheck } from './admin/topic-check.js';
import { createClients, type KafkaClients } from './client/kafka-clients.js';
import { KafkaScan } from './consume/kafka-scan.js';
import { KafkaConsumers } from './fan-out/kafka-consumers.js';
import { KafkaSender } from './produce/kafka-sender.js';
import { ProducerQueue } from './produce/producer-queue.js';

/** Limits of the log; its addresses and topics are settings. */
export interface KafkaLogOptions {
  /** Most bytes of records that may wait for an acknowledgement at once. */
  readonly maxInFlightBytes: number;
  /** From an append to its result, in ms. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 2_500;
const HUNG_MS = 4_000;

/** The event log on Kafka (DESIGN 5.2): `acks=all`, a result within the deadline, broken clients are replaced. */
export class KafkaLog extends EventLog {
  private readonly clients: KafkaClients;
  private readonly sender: KafkaSender;
  private readonly queue: ProducerQueue;
  private readonly probing: AdminSession;
  private readonly administration: AdminSession;
  private readonly groups: GroupAdmin;
  private readonly brokers: BrokerHealth;
  private readonly consumers: KafkaConsumers;
  private closed = false;

  constructor(config: KafkaConfig, { maxInFlightBytes, deadlineMs = DEADLINE_MS }: KafkaLogOptions) {
    super();
    this.clients = createClients(config);
    this.probing = new AdminSession(this.clients.prompt);
    this.administration = new AdminSession(this.clients.patient);
    this.consumers = new KafkaConsumers(this.clients.patient);
    this.groups = new GroupAdmin(this.administration, this.consumers.offsets);
    this.sender = new KafkaSender(this.clients.prompt);
    const check = new TopicCheck(this.probing, config, (topics) => this.sender.prepare(topics));
    this.brokers = new BrokerHealth(() => check.run());
    const limits = { deadlineMs, maxInFlightBytes, hungMs: HUNG_MS };
    this.queue = new ProducerQueue(this.sender, limits, (error) => this.brokers.sendEnded(error));
  }

  start(): Promise<void> {
    this.brokers.start();
    return Promise.resolve();
  }

  async append(records: readonly LogRecord[]): Promise<Durability> {
    this.assertOpen();
    return records.length === 0 ? 'kafka' : this.queue.append(records);
  }

  /** Resolves before the process has partitions. */
  async consume(options: ConsumeOptions): Promise<Subscription> {
    this.assertOpen();
    return Promise.resolve(this.consumers.consume(options));
  }

  fixPosition(group: string, topics: readonly string[], since: Date): Promise<void> {
    return this.groups.fixPosition(group, topics, since);
  }

  positions(group: string, topics: readonly string[]): Promise<GroupPosition[]> {
    return this.groups.positions(group, topics);
  }

  offsetsAt(topic: string, time: Date): Promise<{ partition: number; offset: bigint }[]> {
    return this.groups.offsetsAt(topic, time);
  }

  async scan(options: ScanOptions): Promise<void> {
    this.assertOpen();
    await new KafkaScan(this.clients.patient, this.administration, options).run();
  }

  deleteGroup(group: string): Promise<void> {
    return this.groups.deleteGroup(group);
  }

  health(): LogHealth {
    return this.brokers.state();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.brokers.stop();
    await Promise.all([this.queue.drain(), this.consumers.close()]);
    this.probing.close();
    this.administration.close();
    await this.sender.close();
  }

  private assertOpen(): void {
    if (this.closed) throw new LogUnavailable('The connection to Kafka is closed.');
  }
}

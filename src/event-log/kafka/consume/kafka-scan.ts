import { randomUUID } from 'node:crypto';
import { type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs';
import { LogUnavailable } from '../../append-errors.js';
import { type ScanOptions } from '../../reader.js';
import { type AdminSession } from '../admin/admin-session.js';
import { CONSUMER_SETTINGS, JOIN_TIMEOUT_MS } from './consumer-settings.js';
import { unavailable } from '../client/kafka-fault.js';
import { ScanRest } from './scan-rest.js';
import { storedRecord } from '../client/stored-record.js';

/** How often it is looked whether the log has removed what is still to be read: then nothing would ever come. */
const LOOK_MS = 5_000;

/**
 * One scan by a consumer of its own. kafkajs reads in groups only, so there is one that nobody else knows; it commits
 * nothing, and every time it is given its partitions it is told where to read on.
 */
export class KafkaScan {
  private readonly group = `tributary.scan.${randomUUID()}`;
  private readonly rest: ScanRest;
  private readonly consumer: Consumer;
  private readonly ended: Promise<void>;
  private resolve: () => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;
  private over = false;
  private working: Promise<void> = Promise.resolve();

  constructor(
    kafka: Kafka,
    private readonly session: AdminSession,
    private readonly options: ScanOptions,
  ) {
    this.rest = new ScanRest(options.ranges);
    this.consumer = kafka.consumer({ ...CONSUMER_SETTINGS, groupId: this.group });
    this.ended = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  async run(): Promise<void> {
    const { signal } = this.options;
    signal.throwIfAborted();
    const abort = (): void => this.fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const timers = [setInterval(() => void this.look(), LOOK_MS)];
    try {
      await this.look();
      if (!this.over) {
        timers.push(setTimeout(() => this.failUnassigned(), JOIN_TIMEOUT_MS));
        this.start(() => timers.splice(1).forEach(clearTimeout)).catch((error: unknown) =>
          this.fail(unavailable(error)),
        );
      }
      await this.ended;
    } finally {
      signal.removeEventListener('abort', abort);
      timers.forEach(clearInterval);
      await this.working;
      await this.consumer.disconnect().catch(() => undefined);
      // The broker would forget it by itself some minutes later: it has no position.
      await this.session.use((admin) => admin.deleteGroups([this.group])).catch(() => undefined);
    }
  }

  private async start(onJoined: () => void): Promise<void> {
    const { consumer } = this;
    const { topic } = this.options;
    consumer.on(consumer.events.CRASH, ({ payload }) => this.fail(unavailable(payload.error)));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      onJoined();
      this.position(payload.memberAssignment[topic] ?? []);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => (this.working = this.batch(payload)),
    });
  }

  private position(assigned: readonly number[]): void {
    const { topic } = this.options;
    const wanted = this.rest.positions();
    for (const { partition, next } of wanted)
      this.consumer.seek({ topic, partition, offset: next.toString() });
    const others = assigned.filter((one) => wanted.every(({ partition }) => partition !== one));
    if (others.length > 0) this.consumer.pause([{ topic, partitions: others }]);
  }

  private async batch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const timer = setInterval(
      () => void payload.heartbeat().catch(() => undefined),
      CONSUMER_SETTINGS.heartbeatInterval,
    );
    try {
      const messages = batch.messages.filter(({ offset }) => this.rest.isWanted(partition, BigInt(offset)));
      for (let first = 0; first < messages.length && !this.over; first += this.options.maxRecords) {
        const slice = messages.slice(first, first + this.options.maxRecords);
        const records = slice.map((message) => storedRecord(topic, partition, message));
        await this.options.onBatch({ topic, partition, records });
        this.rest.reached(partition, (records.at(-1)?.offset ?? 0n) + 1n);
      }
      if (this.over) return;
      // Also past control records of a transaction, which nobody gets to see.
      this.rest.reached(partition, BigInt(batch.lastOffset()) + 1n);
      payload.resolveOffset(batch.lastOffset());
      if (!this.rest.isWanted(partition, this.nextOf(partition)))
        this.consumer.pause([{ topic, partitions: [partition] }]);
      this.endIfDone();
    } catch (error) {
      this.fail(error);
    } finally {
      clearInterval(timer);
    }
  }

  private nextOf(partition: number): bigint {
    return this.rest.positions().find((one) => one.partition === partition)?.next ?? -1n;
  }

  private async look(): Promise<void> {
    try {
      const bounds = await this.session.use((admin) => admin.fetchTopicOffsets(this.options.topic));
      for (const { partition, low } of bounds) this.rest.reached(partition, BigInt(low));
      this.endIfDone();
    } catch (error) {
      this.fail(unavailable(error));
    }
  }

  private failUnassigned(): void {
    this.fail(new LogUnavailable(`The group ${this.group} gives no assignment.`));
  }

  private endIfDone(): void {
    if (!this.rest.isEmpty || this.over) return;
    this.over = true;
    this.resolve();
  }

  private fail(error: unknown): void {
    this.over = true;
    this.reject(error);
  }
}

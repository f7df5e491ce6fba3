import { randomUUID } from 'node:crypto';
import { type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs';
import { type ScanOptions } from '../../reader.js';
import { type AdminSession } from '../admin/admin-session.js';
import { logUnavailable } from '../client/kafka-errors.js';
import { storedRecord } from '../client/stored-record.js';
import { AssignmentWatch } from './assignment-watch.js';
import { CONSUMER_SETTINGS } from './consumer-settings.js';
import { ScanRest } from './scan-rest.js';

/** How often the scan checks whether retention has removed records it waits for, in ms. */
const RETENTION_CHECK_MS = 5_000;

/**
 * One scan by a consumer of its own. kafkajs can read only as a member of a group, so each scan uses a random group id. It
 * never commits, and seeks to its own position after every rebalance.
 */
export class KafkaScan {
  private readonly group = `tributary.scan.${randomUUID()}`;
  private readonly rest: ScanRest;
  private readonly consumer: Consumer;
  private readonly ended: Promise<void>;
  private resolve: () => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;
  private over = false;
  private inFlight: Promise<void> = Promise.resolve();

  constructor(
    kafka: Kafka,
    private readonly session: AdminSession,
    private readonly options: ScanOptions,
  ) {
    this.rest = new ScanRest(options.ranges);
    this.consumer = kafka.consumer({ ...CONSUMER_SETTINGS, groupId: this.group });
    this.ended = new Promise((resolve, reject) => ([this.resolve, this.reject] = [resolve, reject]));
    // `run` awaits it only after its first request, and an abort may come before that.
    this.ended.catch(() => undefined);
  }

  /** Resolves when all ranges are read or removed. Rejects with the error of onBatch, the signal's reason or LogUnavailable. */
  async run(): Promise<void> {
    const { signal } = this.options;
    signal.throwIfAborted();
    const abort = (): void => this.fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const timer = setInterval(() => void this.skipRemoved(), RETENTION_CHECK_MS);
    let watch: AssignmentWatch | undefined;
    try {
      await this.skipRemoved();
      if (!this.over) {
        watch = new AssignmentWatch(this.consumer, this.group, (error) => this.fail(error));
        this.start().catch((error: unknown) => this.fail(logUnavailable(error)));
      }
      await this.ended;
    } finally {
      signal.removeEventListener('abort', abort);
      clearInterval(timer);
      watch?.stop();
      await this.inFlight;
      await this.consumer.disconnect().catch(() => undefined);
      // Without a position the broker would delete the group some minutes later.
      await this.session.use((admin) => admin.deleteGroups([this.group])).catch(() => undefined);
    }
  }

  private async start(): Promise<void> {
    const { consumer } = this;
    const { topic } = this.options;
    consumer.on(consumer.events.CRASH, ({ payload }) => this.fail(logUnavailable(payload.error)));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.seek(payload.memberAssignment[topic] ?? []);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => (this.inFlight = this.process(payload)),
    });
  }

  /** Seeks in the unfinished partitions, and pauses the other ones. */
  private seek(assigned: readonly number[]): void {
    const { topic } = this.options;
    for (const { partition, next } of this.rest.positions())
      this.consumer.seek({ topic, partition, offset: next.toString() });
    const partitions = assigned.filter((partition) => !this.rest.isUnfinished(partition));
    if (partitions.length > 0) this.consumer.pause([{ topic, partitions }]);
  }

  private async process(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const timer = setInterval(
      () => void payload.heartbeat().catch(() => undefined),
      CONSUMER_SETTINGS.heartbeatInterval,
    );
    try {
      const messages = batch.messages.filter(({ offset }) => this.rest.includes(partition, BigInt(offset)));
      for (let first = 0; first < messages.length && !this.over; first += this.options.maxRecords) {
        const slice = messages.slice(first, first + this.options.maxRecords);
        const records = slice.map((message) => storedRecord(topic, partition, message));
        await this.options.onBatch({ topic, partition, records });
        this.rest.reached(partition, (records.at(-1)?.offset ?? 0n) + 1n);
      }
      if (this.over) return;
      // Past the control records of a transaction too, which kafkajs does not hand out.
      this.rest.reached(partition, BigInt(batch.lastOffset()) + 1n);
      payload.resolveOffset(batch.lastOffset());
      if (!this.rest.isUnfinished(partition)) this.consumer.pause([{ topic, partitions: [partition] }]);
      this.endIfDone();
    } catch (error) {
      this.fail(error);
    } finally {
      clearInterval(timer);
    }
  }

  /** Skips offsets that retention has removed: no batch would ever contain them. */
  private async skipRemoved(): Promise<void> {
    try {
      const bounds = await this.session.use((admin) => admin.fetchTopicOffsets(this.options.topic));
      for (const { partition, low } of bounds) this.rest.reached(partition, BigInt(low));
      this.endIfDone();
    } catch (error) {
      this.fail(logUnavailable(error));
    }
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

import { Logger } from '@nestjs/common';
import { type EachBatchPayload, type KafkaMessage } from 'kafkajs';
import { Backoff, pause } from '../../../resilience/backoff.js';
import { reasonOf } from '../../../resilience/reason-of.js';
import { BatchLeft, BatchPostponed, type ConsumeOptions } from '../../reader.js';
import { CONSUMER_SETTINGS } from './consumer-settings.js';
import { OffsetCommits } from './offset-commits.js';
import { KafkaJSProtocolError } from '../client/kafka-errors.js';
import { storedRecord } from '../client/stored-record.js';

/** Answers that mean: this partition is, or is about to be, somebody else's. */
const LOST: ReadonlySet<string> = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'NOT_COORDINATOR_FOR_GROUP',
]);

/**
 * The work on one batch that kafkajs fetched: handed on in slices, heartbeats kept up meanwhile, and what is finished
 * committed. What `onBatch` throws at stays here and is handed on again after a pause.
 */
export class PartitionWork {
  private readonly logger = new Logger(PartitionWork.name);
  private readonly backoff = new Backoff(100, 5_000);
  private readonly lost = new AbortController();
  private readonly signal: AbortSignal;
  private readonly commits: OffsetCommits;
  private lastHeartbeat = Date.now();
  private postponed = false;

  constructor(
    private readonly payload: EachBatchPayload,
    private readonly options: ConsumeOptions,
    stopping: AbortSignal,
    private readonly isPaused: () => boolean,
  ) {
    this.signal = AbortSignal.any([stopping, this.lost.signal]);
    const { topic, partition } = payload.batch;
    this.commits = new OffsetCommits((next) =>
      payload.commitOffsetsIfNecessary({
        topics: [{ topic, partitions: [{ partition, offset: next.toString() }] }],
      }),
    );
  }

  /** Returns early, with the rest to be fetched again, on a pause or stop or when postponed; throws when the partition is lost. */
  async run(): Promise<void> {
    const timer = setInterval(() => void this.heartbeat(), CONSUMER_SETTINGS.heartbeatInterval);
    try {
      let rest = this.payload.batch.messages;
      while (rest.length > 0 && !this.signal.aborted && !this.isPaused() && !this.postponed) {
        await this.handOn(rest.slice(0, this.options.maxRecords));
        rest = rest.filter(({ offset }) => BigInt(offset) >= this.commits.position);
      }
    } finally {
      clearInterval(timer);
    }
    await this.commits.settle();
    if (this.lost.signal.aborted) throw this.lost.signal.reason;
  }

  private async handOn(messages: readonly KafkaMessage[]): Promise<void> {
    const { topic, partition } = this.payload.batch;
    const records = messages.map((message) => storedRecord(topic, partition, message));
    const finished = (offset: bigint) => this.finished(offset);
    try {
      await this.options.onBatch({ topic, partition, records }, { signal: this.signal, finished });
      const last = records.at(-1);
      if (last) this.finished(last.offset);
      this.backoff.reset();
    } catch (error) {
      if (this.signal.aborted) return;
      if (error instanceof BatchPostponed) {
        this.postponed = true;
        return pause(error.afterMs, this.signal);
      }
      const { group } = this.options;
      if (error instanceof BatchLeft)
        this.logger.debug({ event: 'batch.left', group, topic, partition, reason: error.reason });
      else this.logger.warn({ event: 'batch.failed', group, topic, partition, reason: reasonOf(error) });
      await pause(this.backoff.next(), this.signal);
    }
  }

  private finished(offset: bigint): void {
    if (offset < this.commits.position) return;
    const { batch } = this.payload;
    this.payload.resolveOffset(offset.toString());
    // Behind the last record there may be control records of a transaction, which nobody gets to see.
    const isLast = batch.messages.at(-1)?.offset === offset.toString();
    this.commits.advance((isLast ? BigInt(batch.lastOffset()) : offset) + 1n);
  }

  private async heartbeat(): Promise<void> {
    try {
      await this.payload.heartbeat();
      this.lastHeartbeat = Date.now();
    } catch (error) {
      // A broker that is away for a moment is no reason to drop the work: the session outlives it.
      const isLost = error instanceof KafkaJSProtocolError && LOST.has(error.type);
      if (isLost || Date.now() - this.lastHeartbeat > CONSUMER_SETTINGS.sessionTimeout)
        this.lost.abort(error);
    }
  }
}

import { type EachBatchPayload, type KafkaMessage } from 'kafkajs';
import { BatchPostponed, type ConsumeOptions } from '../../reader.js';
import { Redelivery } from '../../redelivery.js';
import { isPartitionLost } from '../client/kafka-errors.js';
import { storedRecord } from '../client/stored-record.js';
import { CONSUMER_SETTINGS } from './consumer-settings.js';
import { OffsetCommits } from './offset-commits.js';

/**
 * Processes one batch that kafkajs fetched: calls onBatch with slices of it, sends heartbeats meanwhile, and commits what
 * is finished. Unfinished records are redelivered from memory after a pause; after BatchPostponed they are fetched again.
 */
export class PartitionWork {
  private readonly redelivery: Redelivery;
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
    this.redelivery = new Redelivery(options.group);
    this.signal = AbortSignal.any([stopping, this.lost.signal]);
    const { topic, partition } = payload.batch;
    this.commits = new OffsetCommits((next) =>
      payload.commitOffsetsIfNecessary({
        topics: [{ topic, partitions: [{ partition, offset: next.toString() }] }],
      }),
    );
  }

  /** Resolves early on a pause, a stop or BatchPostponed: kafkajs fetches the rest again. Rejects when the partition is lost. */
  async run(): Promise<void> {
    const timer = setInterval(() => void this.heartbeat(), CONSUMER_SETTINGS.heartbeatInterval);
    try {
      let rest = this.payload.batch.messages;
      while (rest.length > 0 && !this.signal.aborted && !this.isPaused() && !this.postponed) {
        await this.deliver(rest.slice(0, this.options.maxRecords));
        rest = rest.filter(({ offset }) => BigInt(offset) >= this.commits.position);
      }
    } finally {
      clearInterval(timer);
    }
    await this.commits.settle();
    if (this.lost.signal.aborted) throw this.lost.signal.reason;
  }

  private async deliver(messages: readonly KafkaMessage[]): Promise<void> {
    const { topic, partition } = this.payload.batch;
    const records = messages.map((message) => storedRecord(topic, partition, message));
    const batch = { topic, partition, records };
    try {
      await this.options.onBatch(batch, { signal: this.signal, finished: (offset) => this.finished(offset) });
      const last = records.at(-1);
      if (last) this.finished(last.offset);
      this.redelivery.reset();
    } catch (error) {
      if (this.signal.aborted) return;
      this.postponed = error instanceof BatchPostponed;
      await this.redelivery.pauseAfter(error, batch, this.signal);
    }
  }

  private finished(offset: bigint): void {
    if (offset < this.commits.position) return;
    const { batch } = this.payload;
    this.payload.resolveOffset(offset.toString());
    // After the last record there may be control records of a transaction, which kafkajs does not hand out.
    const isLast = batch.messages.at(-1)?.offset === offset.toString();
    this.commits.advance((isLast ? BigInt(batch.lastOffset()) : offset) + 1n);
  }

  private async heartbeat(): Promise<void> {
    try {
      await this.payload.heartbeat();
      this.lastHeartbeat = Date.now();
    } catch (error) {
      // The session outlives a broker that is unreachable for a moment, so the batch continues.
      if (isPartitionLost(error) || Date.now() - this.lastHeartbeat > CONSUMER_SETTINGS.sessionTimeout)
        this.lost.abort(error);
    }
  }
}

import { Logger } from '@nestjs/common';
import { Backoff, pause } from '../../resilience/backoff.js';
import { reasonOf } from '../../resilience/reason-of.js';
import { BatchLeft, BatchPostponed, type ConsumeOptions, type StoredRecord } from '../reader.js';
import { type LmdbStore } from './lmdb-store.js';
import { type TopicLog } from './topic-log.js';

/** Reads one topic for one group, one batch at a time, from its committed position. */
export class TopicReader {
  private readonly logger = new Logger(TopicReader.name);
  private readonly stopping = new AbortController();
  private readonly backoff = new Backoff(100, 5_000);
  private readonly topic: TopicLog;
  private readonly done: Promise<void>;
  private paused = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly store: LmdbStore,
    private readonly options: ConsumeOptions,
    name: string,
  ) {
    this.topic = store.topic(name);
    if (store.positions.get(options.group, name) === undefined)
      store.positions.set(options.group, name, this.topic.first);
    this.done = this.run();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.wake();
  }

  /** Resolves when the batch at work has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.done;
  }

  private async run(): Promise<void> {
    const endListening = this.topic.onGrowth(() => this.wake());
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const records = this.paused ? [] : this.topic.read(this.position, this.options.maxRecords);
      if (records.length > 0) await this.handle(records, signal);
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
    endListening();
  }

  private get position(): number {
    return this.store.positions.get(this.options.group, this.topic.name) ?? this.topic.first;
  }

  private async handle(records: readonly StoredRecord[], signal: AbortSignal): Promise<void> {
    const batch = { topic: this.topic.name, partition: 0, records };
    try {
      await this.options.onBatch(batch, { signal, finished: (offset) => this.finished(Number(offset)) });
      this.finished(this.lastOf(records));
      this.backoff.reset();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof BatchPostponed) return pause(error.afterMs, signal);
      const { group } = this.options;
      const line = { group, topic: batch.topic, partition: 0 };
      if (error instanceof BatchLeft)
        this.logger.debug({ event: 'batch.left', ...line, reason: error.reason });
      else this.logger.warn({ event: 'batch.failed', ...line, reason: reasonOf(error) });
      await pause(this.backoff.next(), signal);
    }
  }

  private lastOf(records: readonly StoredRecord[]): number {
    return Number(records.at(-1)?.offset);
  }

  private finished(offset: number): void {
    if (offset >= this.position) this.store.positions.set(this.options.group, this.topic.name, offset + 1);
  }
}

import { type ConsumeOptions, type StoredRecord } from '../reader.js';
import { Redelivery } from '../redelivery.js';
import { type LmdbStore } from './lmdb-store.js';
import { type TopicLog } from './topic-log.js';

/** Reads one topic for one group, one batch at a time, from its committed position. */
export class TopicReader {
  private readonly stopping = new AbortController();
  private readonly redelivery: Redelivery;
  private readonly topic: TopicLog;
  private readonly done: Promise<void>;
  private paused = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly store: LmdbStore,
    private readonly options: ConsumeOptions,
    name: string,
  ) {
    this.redelivery = new Redelivery(options.group);
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

  /** Resolves when the in-flight batch has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.done;
  }

  private async run(): Promise<void> {
    const removeListener = this.topic.onGrowth(() => this.wake());
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const records = this.paused ? [] : this.topic.read(this.position, this.options.maxRecords);
      if (records.length > 0) await this.deliver(records, signal);
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
    removeListener();
  }

  private get position(): number {
    return this.store.positions.get(this.options.group, this.topic.name) ?? this.topic.first;
  }

  private async deliver(records: readonly StoredRecord[], signal: AbortSignal): Promise<void> {
    const batch = { topic: this.topic.name, partition: 0, records };
    try {
      await this.options.onBatch(batch, { signal, finished: (offset) => this.finished(Number(offset)) });
      this.finished(this.lastOf(records));
      this.redelivery.reset();
    } catch (error) {
      if (!signal.aborted) await this.redelivery.pauseAfter(error, batch, signal);
    }
  }

  private lastOf(records: readonly StoredRecord[]): number {
    return Number(records.at(-1)?.offset);
  }

  private finished(offset: number): void {
    if (offset >= this.position) this.store.positions.set(this.options.group, this.topic.name, offset + 1);
  }
}

import { type ConsumeOptions, type Subscription } from '../reader.js';
import { GroupConsumer } from '../shared/group-consumer.js';
import { type GroupProgress } from '../shared/group-progress.js';
import { type LmdbStore } from './lmdb-store.js';
import { TopicReader } from './topic-reader.js';

/** How often idle positions are stored, in ms. */
const STORE_MS = 5_000;

/** The running consumers: at most one per group, since no other process can open the log. */
export class LocalConsumers {
  private readonly running = new Map<string, Subscription>();
  private readonly readers = new Map<string, TopicReader>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly store: LmdbStore) {
    this.timer = setInterval(() => store.positions.storeMoved(), STORE_MS).unref();
  }

  /** Throws when a consumer of the group is running. */
  async consume(options: ConsumeOptions): Promise<Subscription> {
    const { group } = options;
    this.assertIdle(group);
    const consumer = new GroupConsumer(options, this.progressOf(group), () => {
      for (const topic of options.topics) this.readers.get(topic)?.remove(consumer);
      if (this.running.get(group) === consumer) this.running.delete(group);
    });
    this.running.set(group, consumer);
    for (const topic of options.topics) this.readerOf(topic).add(consumer);
    return Promise.resolve(consumer);
  }

  /** Throws when a consumer of the group is running. */
  assertIdle(group: string): void {
    if (this.running.has(group)) throw new Error(`The group ${group} has a running consumer already.`);
  }

  async stopAll(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([...this.readers.values()].map((reader) => reader.stop()));
    await Promise.all([...this.running.values()].map((subscription) => subscription.stop()));
  }

  private readerOf(topic: string): TopicReader {
    const known = this.readers.get(topic);
    if (known !== undefined) return known;
    const reader = new TopicReader(this.store.topic(topic));
    this.readers.set(topic, reader);
    return reader;
  }

  private progressOf(group: string): GroupProgress {
    const { positions } = this.store;
    return {
      starts: ([feed]) => {
        const topic = feed?.topic ?? '';
        const { first } = this.store.topic(topic);
        const next = positions.get(group, topic);
        if (next === undefined) positions.set(group, topic, first);
        return Promise.resolve(new Map([[0, BigInt(next ?? first)]]));
      },
      moved: (topic, _partition, next, isIdle) => {
        if (isIdle) positions.move(group, topic, Number(next));
        else positions.set(group, topic, Number(next));
      },
      settle: async () => {
        positions.storeMoved();
        await this.store.flush();
      },
    };
  }
}

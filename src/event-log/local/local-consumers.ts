import { type ConsumeOptions, type Subscription } from '../reader.js';
import { type LmdbStore } from './lmdb-store.js';
import { TopicReader } from './topic-reader.js';

/** The running consumers: at most one per group, since no other process can open the log. */
export class LocalConsumers {
  private readonly running = new Map<string, Subscription>();

  constructor(private readonly store: LmdbStore) {}

  /** Throws when a consumer of the group is running. */
  async consume(options: ConsumeOptions): Promise<Subscription> {
    const { group } = options;
    this.assertIdle(group);
    const readers = options.topics.map((topic) => new TopicReader(this.store, options, topic));
    const subscription: Subscription = {
      pause: () => readers.forEach((reader) => reader.pause()),
      resume: () => readers.forEach((reader) => reader.resume()),
      stop: async () => {
        await Promise.all(readers.map((reader) => reader.stop()));
        await this.store.flush();
        if (this.running.get(group) === subscription) this.running.delete(group);
      },
    };
    this.running.set(group, subscription);
    return Promise.resolve(subscription);
  }

  /** Throws when a consumer of the group is running. */
  assertIdle(group: string): void {
    if (this.running.has(group)) throw new Error(`The group ${group} has a running consumer already.`);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.running.values()].map((subscription) => subscription.stop()));
  }
}

import { type GroupPosition } from '../reader.js';
import { type LocalConsumers } from './local-consumers.js';
import { type LmdbStore } from './lmdb-store.js';

/** Positions of groups in the local log. A method that changes them resolves when the change is on disk. */
export class LocalGroups {
  constructor(
    private readonly store: LmdbStore,
    private readonly consumers: LocalConsumers,
  ) {}

  async fixPosition(group: string, topics: readonly string[], since: Date): Promise<void> {
    const { positions } = this.store;
    const missing = topics.filter((topic) => positions.get(group, topic) === undefined);
    for (const topic of missing)
      positions.set(group, topic, this.store.topic(topic).offsetAt(since.getTime()));
    await this.store.flush();
  }

  positions(group: string, topics: readonly string[]): GroupPosition[] {
    return topics.map((topic) => {
      const log = this.store.topic(topic);
      const next = this.store.positions.get(group, topic) ?? log.first;
      const [first, end] = [BigInt(log.first), BigInt(log.end)];
      return { topic, partition: 0, next: BigInt(next), end, first, bytes: log.bytesFrom(next) };
    });
  }

  offsetsAt(topic: string, time: Date): { partition: number; offset: bigint }[] {
    return [{ partition: 0, offset: BigInt(this.store.topic(topic).offsetAt(time.getTime())) }];
  }

  /** Throws when a consumer of the group is running. */
  async deleteGroup(group: string): Promise<void> {
    this.consumers.assertIdle(group);
    this.store.positions.delete(group);
    await this.store.flush();
  }
}

import { type Database } from 'lmdb';
import { type DurableWrites } from './durable-writes.js';

/**
 * How far each group has read each topic: the offset it reads next. In memory for reading, in the same environment as
 * the records for keeping, so that a position never survives a power cut that its records did not.
 */
export class GroupPositions {
  private readonly groups = new Map<string, Map<string, number>>();

  constructor(
    private readonly stored: Database<number, [group: string, topic: string]>,
    private readonly writes: DurableWrites,
  ) {
    for (const { key, value } of stored.getRange({})) this.topicsOf(key[0]).set(key[1], value);
  }

  get(group: string, topic: string): number | undefined {
    return this.groups.get(group)?.get(topic);
  }

  /** Queues the write; it is on disk with, or after, the records it speaks of. */
  set(group: string, topic: string, next: number): void {
    this.topicsOf(group).set(topic, next);
    // A lost commit means that records come again, which the promise allows.
    this.writes.write(() => void this.stored.put([group, topic], next)).catch(() => undefined);
  }

  delete(group: string): void {
    const topics = [...(this.groups.get(group)?.keys() ?? [])];
    this.groups.delete(group);
    const remove = () => {
      for (const topic of topics) void this.stored.remove([group, topic]);
    };
    this.writes.write(remove).catch(() => undefined);
  }

  /** The lowest offset of a topic that some group has yet to read; infinite when no group reads it. */
  lowest(topic: string): number {
    return Math.min(...[...this.groups.values()].map((topics) => topics.get(topic) ?? Infinity));
  }

  private topicsOf(group: string): Map<string, number> {
    const topics = this.groups.get(group) ?? new Map<string, number>();
    this.groups.set(group, topics);
    return topics;
  }
}

import { type Database } from 'lmdb';
import { type DurableWrites } from './durable-writes.js';

/**
 * The offset that each group reads next in each topic. Kept in memory, and stored in the same environment as the records,
 * so that no position survives a power cut without its records.
 */
export class GroupPositions {
  private readonly groups = new Map<string, Map<string, number>>();

  constructor(
    private readonly stored: Database<number, [group: string, topic: string]>,
    private readonly writes: DurableWrites,
  ) {
    for (const { key, value } of stored.getRange({})) this.topicsOf(key[0]).set(key[1], value);
  }

  /** All groups that have a position. */
  names(): string[] {
    return [...this.groups.keys()];
  }

  get(group: string, topic: string): number | undefined {
    return this.groups.get(group)?.get(topic);
  }

  /** Stores the position in the background: with the records before it, or after them. */
  set(group: string, topic: string, next: number): void {
    this.topicsOf(group).set(topic, next);
    // A lost commit means redelivery, which at-least-once allows.
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

  /** The lowest position of all groups in a topic; infinite when no group reads it. */
  lowest(topic: string): number {
    return Math.min(...[...this.groups.values()].map((topics) => topics.get(topic) ?? Infinity));
  }

  private topicsOf(group: string): Map<string, number> {
    const topics = this.groups.get(group) ?? new Map<string, number>();
    this.groups.set(group, topics);
    return topics;
  }
}

import { type Database } from 'lmdb';
import { type DurableWrites } from './durable-writes.js';

/**
 * The offset that each group reads next in each topic. Kept in memory, and stored in the same environment as the records,
 * so that no position survives a power cut without its records.
 */
export class GroupPositions {
  private readonly groups = new Map<string, Map<string, number>>();
  /** Topics of groups whose position is newer than the stored one. */
  private readonly unstored = new Map<string, Set<string>>();

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

  /**
   * Moves a position in memory only, until `storeMoved`: past records that the group does not want. After a crash the group
   * skips them again.
   */
  move(group: string, topic: string, next: number): void {
    this.topicsOf(group).set(topic, next);
    const topics = this.unstored.get(group);
    if (topics === undefined) this.unstored.set(group, new Set([topic]));
    else topics.add(topic);
  }

  /** Stores the moved positions of all groups in one transaction, in the background. */
  storeMoved(): void {
    const moved = [...this.unstored].flatMap(([group, topics]) =>
      [...topics].map((topic) => ({ group, topic })),
    );
    this.unstored.clear();
    for (const { group, topic } of moved) {
      const next = this.get(group, topic);
      if (next !== undefined) this.set(group, topic, next);
    }
  }

  delete(group: string): void {
    this.unstored.delete(group);
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

import { type PartitionFeed } from './partition-feed.js';

/** Where a group stands, as a driver keeps it. */
export interface GroupProgress {
  /** The offset at which the group begins in each of the partitions. Rejects with LogUnavailable. */
  starts(feeds: readonly PartitionFeed[]): Promise<ReadonlyMap<number, bigint>>;
  /** Takes a new position. One that is idle has passed no record that the group wants, and may be stored seconds later. */
  moved(topic: string, partition: number, next: bigint, isIdle: boolean): void;
  /** The group leaves the topic. Resolves when its positions there are stored, or cannot be stored; never rejects. */
  settle(topic: string): Promise<void>;
}

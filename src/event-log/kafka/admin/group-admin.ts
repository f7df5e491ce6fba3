import { setTimeout as sleep } from 'node:timers/promises';
import { type Kafka } from 'kafkajs';
import { type GroupPosition } from '../../reader.js';
import { type AdminSession } from './admin-session.js';
import { commitPositions, type CommittedPosition } from './commit-positions.js';
import { unavailable } from '../client/kafka-fault.js';
import { KafkaJSDeleteGroupsError } from '../client/kafka-errors.js';

/** What Kafka says for "this group has no position here". */
const NONE = '-1';
const GROUP_ID_NOT_FOUND = 69;
const FIX_ATTEMPTS = 5;
const FIX_PAUSE_MS = 100;

/** Positions of groups. Everything here rejects with LogUnavailable when Kafka cannot be asked. */
export class GroupAdmin {
  constructor(
    private readonly session: AdminSession,
    private readonly kafka: Kafka,
  ) {}

  /** A partition without a position is read from its beginning. */
  async positions(group: string, topics: readonly string[]): Promise<GroupPosition[]> {
    return this.ask(async () => {
      const [committed, ...bounds] = await this.session.use((admin) =>
        Promise.all([
          admin.fetchOffsets({ groupId: group, topics: [...topics] }),
          ...topics.map((topic) => admin.fetchTopicOffsets(topic)),
        ]),
      );
      return topics.flatMap((topic, index) => {
        const known = committed.find((entry) => entry.topic === topic)?.partitions ?? [];
        return (bounds[index] ?? []).map(({ partition, low, high }) => {
          const offset = known.find((entry) => entry.partition === partition)?.offset ?? NONE;
          return { topic, partition, next: BigInt(offset === NONE ? low : offset), end: BigInt(high) };
        });
      });
    });
  }

  /**
   * Per topic: where the group has no position at all, it gets that of the time in every partition. A partition added
   * later has none and is read from its beginning, so nothing in it is missed.
   */
  async fixPosition(group: string, topics: readonly string[], since: Date): Promise<void> {
    await this.ask(async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const missing = await this.missingPositions(group, topics, since);
          if (missing.length === 0) return;
          await commitPositions(this.kafka, group, missing);
        } catch (error) {
          // Another instance may be joining for the same reason, or the group's coordinator be on the move.
          if (attempt === FIX_ATTEMPTS) throw error;
          await sleep(attempt * FIX_PAUSE_MS);
        }
      }
    });
  }

  async offsetsAt(topic: string, time: Date): Promise<{ partition: number; offset: bigint }[]> {
    return this.ask(async () => {
      const found = await this.session.use((admin) =>
        admin.fetchTopicOffsetsByTimestamp(topic, time.getTime()),
      );
      return found.map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }));
    });
  }

  async deleteGroup(group: string): Promise<void> {
    await this.ask(() =>
      this.session.use(async (admin) => {
        try {
          await admin.deleteGroups([group]);
        } catch (error) {
          const unknown =
            error instanceof KafkaJSDeleteGroupsError &&
            error.groups.every(({ errorCode }) => errorCode === GROUP_ID_NOT_FOUND);
          if (!unknown) throw error;
        }
      }),
    );
  }

  private missingPositions(
    group: string,
    topics: readonly string[],
    since: Date,
  ): Promise<CommittedPosition[]> {
    return this.session.use(async (admin) => {
      const known = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
      const open = known.filter(({ partitions }) => partitions.every(({ offset }) => offset === NONE));
      // kafkajs takes the end of a partition before it looks for the time there, so nothing slips in between.
      const starts = open.map(async ({ topic }) =>
        (await admin.fetchTopicOffsetsByTimestamp(topic, since.getTime())).map((start) => ({
          topic,
          ...start,
        })),
      );
      return (await Promise.all(starts)).flat();
    });
  }

  private async ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw unavailable(error);
    }
  }
}

import { sleep } from '../../../resilience/pauses.js';
import { type GroupPosition } from '../../reader.js';
import { isUnknownGroup, logUnavailable } from '../client/kafka-errors.js';
import { type AdminSession } from './admin-session.js';
import { type GroupOffsets } from './group-offsets.js';

/** The offset by which Kafka reports that a group has no position in a partition. */
const NO_POSITION = '-1';
const FIX_ATTEMPTS = 5;
/** Wait after the first attempt, in ms; it grows by as much after each further one. */
const FIX_PAUSE_MS = 100;

/** Positions of groups. Every method rejects with LogUnavailable when Kafka does not answer. */
export class GroupAdmin {
  constructor(
    private readonly session: AdminSession,
    private readonly offsets: GroupOffsets,
  ) {}

  /** A partition without a position counts from its beginning, where consumers start to read it. */
  async positions(group: string, topics: readonly string[]): Promise<GroupPosition[]> {
    return this.request(async () => {
      const [committed, ...bounds] = await this.session.use((admin) =>
        Promise.all([
          admin.fetchOffsets({ groupId: group, topics: [...topics] }),
          ...topics.map((topic) => admin.fetchTopicOffsets(topic)),
        ]),
      );
      return topics.flatMap((topic, index) => {
        const known = committed.find((entry) => entry.topic === topic)?.partitions ?? [];
        return (bounds[index] ?? []).map(({ partition, low, high }) => {
          const offset = known.find((entry) => entry.partition === partition)?.offset ?? NO_POSITION;
          const next = BigInt(offset === NO_POSITION ? low : offset);
          return { topic, partition, next, end: BigInt(high), first: BigInt(low) };
        });
      });
    });
  }

  /**
   * Sets the position of the given time in every partition of each topic in which the group has no position at all. A
   * partition added later has none and is read from its beginning, so that no record in it is skipped.
   */
  async fixPosition(group: string, topics: readonly string[], since: Date): Promise<void> {
    await this.request(async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const missing = await this.missingPositions(group, topics, since);
          for (const [topic, positions] of missing) await this.offsets.commit(group, topic, positions);
          return;
        } catch (error) {
          // The group's coordinator may be moving, or an instance of an earlier version may be a member of the group.
          if (attempt === FIX_ATTEMPTS) throw error;
          await sleep(attempt * FIX_PAUSE_MS);
        }
      }
    });
  }

  /** The first offset at or after the time in each partition, or its end. */
  async offsetsAt(topic: string, time: Date): Promise<{ partition: number; offset: bigint }[]> {
    return this.request(async () => {
      const found = await this.session.use((admin) =>
        admin.fetchTopicOffsetsByTimestamp(topic, time.getTime()),
      );
      return found.map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }));
    });
  }

  /** Also resolves when the group does not exist. */
  async deleteGroup(group: string): Promise<void> {
    await this.request(() =>
      this.session.use(async (admin) => {
        try {
          await admin.deleteGroups([group]);
        } catch (error) {
          if (!isUnknownGroup(error)) throw error;
        }
      }),
    );
  }

  private missingPositions(
    group: string,
    topics: readonly string[],
    since: Date,
  ): Promise<(readonly [topic: string, positions: ReadonlyMap<number, bigint>])[]> {
    return this.session.use(async (admin) => {
      const known = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
      const open = known.filter(({ partitions }) => partitions.every(({ offset }) => offset === NO_POSITION));
      // kafkajs reads the end of a partition before it searches for the time, so no record falls between the two.
      const starts = open.map(async ({ topic }) => {
        const found = await admin.fetchTopicOffsetsByTimestamp(topic, since.getTime());
        return [topic, new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]))] as const;
      });
      return Promise.all(starts);
    });
  }

  private async request<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw logUnavailable(error);
    }
  }
}

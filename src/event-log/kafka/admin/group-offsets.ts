import { type Broker, type Cluster } from 'kafkajs';
import { logUnavailable } from '../client/kafka-errors.js';
import { type ClusterSession } from '../client/kafka-cluster.js';

/** The offset by which Kafka reports that a group has no position in a partition. */
const NO_POSITION = '-1';

/** First offset of a partition, and the offset after its last record that a consumer may see. */
export interface PartitionBounds {
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * The committed offsets of groups without members. Such a commit has no generation: a broker accepts it while the group has no
 * member, and otherwise answers UNKNOWN_MEMBER_ID. Every method rejects with LogUnavailable.
 */
export class GroupOffsets {
  /** The coordinators of groups that have committed: each commit would else ask for it first. */
  private readonly coordinators = new Map<string, Broker>();

  constructor(private readonly session: ClusterSession) {}

  /** The committed positions; a partition without one is left out. */
  async read(group: string, topic: string, partitions: readonly number[]): Promise<Map<number, bigint>> {
    return this.request(async (cluster) => {
      const coordinator = await cluster.findGroupCoordinator({ groupId: group });
      // The type wants offsets in a request that asks for them.
      const wanted = partitions.map((partition) => ({ partition, offset: NO_POSITION }));
      const { responses } = await coordinator.offsetFetch({
        groupId: group,
        topics: [{ topic, partitions: wanted }],
      });
      const found = responses.flatMap((response) => response.partitions);
      const known = found.filter(({ offset }) => offset !== NO_POSITION);
      return new Map(known.map(({ partition, offset }) => [partition, BigInt(offset)]));
    });
  }

  async commit(group: string, topic: string, positions: ReadonlyMap<number, bigint>): Promise<void> {
    const partitions = [...positions].map(([partition, next]) => ({ partition, offset: next.toString() }));
    await this.request(async (cluster) => {
      const known = this.coordinators.get(group);
      this.coordinators.delete(group);
      const coordinator = known?.isConnected()
        ? known
        : await cluster.findGroupCoordinator({ groupId: group });
      await coordinator.offsetCommit({
        groupId: group,
        groupGenerationId: -1,
        memberId: '',
        topics: [{ topic, partitions }],
      });
      this.coordinators.set(group, coordinator);
    });
  }

  async bounds(topic: string, partitions: readonly number[]): Promise<Map<number, PartitionBounds>> {
    return this.request(async (cluster) => {
      const [lows, highs] = await Promise.all([
        offsetsOf(cluster, topic, partitions, true),
        offsetsOf(cluster, topic, partitions, false),
      ]);
      return new Map(
        [...highs].map(([partition, high]) => [partition, { low: lows.get(partition) ?? 0n, high }]),
      );
    });
  }

  private async request<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
    try {
      return await this.session.use(work);
    } catch (error) {
      throw logUnavailable(error);
    }
  }
}

/** The ends of the partitions, or their beginnings. */
export async function offsetsOf(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  fromBeginning: boolean,
): Promise<Map<number, bigint>> {
  const wanted = partitions.map((partition) => ({ partition }));
  await cluster.addTargetTopic(topic);
  const [found] = await cluster.fetchTopicsOffset([{ topic, partitions: wanted, fromBeginning }]);
  return new Map(found?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

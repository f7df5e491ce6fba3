import kafkajs, { type Broker, type Cluster, type Kafka } from 'kafkajs';
import { isAnswered } from './kafka-errors.js';

// kafkajs is a CommonJS module, of which Node offers only some names as imports.
const { PartitionAssigners } = kafkajs;

const METADATA_MAX_AGE_MS = 60_000;

/**
 * The connections and metadata of a kafkajs client, not connected yet. A consumer of kafkajs fetches for its own group only
 * and commits as its member. Its cluster, which kafkajs hands to every partition assigner, fetches and commits for any.
 */
export function clusterOf(kafka: Kafka): Cluster {
  const found: Cluster[] = [];
  kafka.consumer({
    groupId: 'tributary',
    metadataMaxAge: METADATA_MAX_AGE_MS,
    allowAutoTopicCreation: false,
    partitionAssigners: [
      (config) => {
        found.push(config.cluster);
        return PartitionAssigners.roundRobin(config);
      },
    ],
  });
  const [cluster] = found;
  if (cluster === undefined) throw new TypeError('kafkajs has made a consumer without a cluster.');
  return cluster;
}

/** A cluster that connects at its first use, and again after a failure that is no answer of a broker. */
export class ClusterSession {
  private session: Promise<Cluster> | undefined;

  constructor(private readonly kafka: Kafka) {}

  /** Rejects with the error of the connect or of `work`. */
  async use<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
    const session = (this.session ??= this.connect());
    try {
      return await work(await session);
    } catch (error) {
      if (this.session === session && !isAnswered(error)) this.close();
      throw error;
    }
  }

  /** Does not wait for the disconnect, which a hung broker would delay. */
  close(): void {
    const session = this.session;
    this.session = undefined;
    session?.then((cluster) => cluster.disconnect()).catch(() => undefined);
  }

  private async connect(): Promise<Cluster> {
    const cluster = clusterOf(this.kafka);
    await cluster.connect();
    return cluster;
  }
}

/** The broker that leads a partition. */
export async function leaderOf(cluster: Cluster, topic: string, partition: number): Promise<Broker> {
  await cluster.addTargetTopic(topic);
  await cluster.refreshMetadataIfNecessary();
  const [nodeId = '-1'] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  return cluster.findBroker({ nodeId });
}

import { type ICustomPartitioner, type Message, type PartitionMetadata, Partitioners } from 'kafkajs';

/** Partitions of topics as the producer saw them last, to tell beforehand which records go to one. */
export class TopicPartitions {
  private readonly known = new Map<string, PartitionMetadata[]>();
  private readonly partitionOf = Partitioners.DefaultPartitioner();

  /** Of the producer: the one place where kafkajs shows what it knows of a topic. */
  readonly partitioner: ICustomPartitioner = () => (send) => {
    this.known.set(send.topic, send.partitionMetadata);
    return this.partitionOf(send);
  };

  /** Whether something was sent to the topic. */
  knows(topic: string): boolean {
    return this.known.has(topic);
  }

  /** The places of messages by the partitions that their keys decide for. */
  grouped(topic: string, messages: readonly Message[]): ReadonlyMap<number, number[]> {
    const partitionMetadata = this.known.get(topic) ?? [];
    const groups = new Map<number, number[]>();
    for (const [place, message] of messages.entries()) {
      const partition = this.partitionOf({ topic, partitionMetadata, message });
      const group = groups.get(partition);
      if (group === undefined) groups.set(partition, [place]);
      else group.push(place);
    }
    return groups;
  }
}

import { type ICustomPartitioner, type Message, type PartitionMetadata, Partitioners } from 'kafkajs';

/** Partitions of topics as the producer last saw them, to group records by partition before they are sent. */
export class TopicPartitions {
  private readonly known = new Map<string, PartitionMetadata[]>();
  private readonly partitionOf = Partitioners.DefaultPartitioner();

  /** Partitioner of the producer: the only place where kafkajs passes the partitions of a topic. */
  readonly partitioner: ICustomPartitioner = () => (send) => {
    this.known.set(send.topic, send.partitionMetadata);
    return this.partitionOf(send);
  };

  /** Whether a record was sent to the topic. */
  knows(topic: string): boolean {
    return this.known.has(topic);
  }

  /** Positions of the messages by partition, as their keys decide. */
  grouped(topic: string, messages: readonly Message[]): ReadonlyMap<number, number[]> {
    const partitionMetadata = this.known.get(topic) ?? [];
    const groups = new Map<number, number[]>();
    for (const [position, message] of messages.entries()) {
      const partition = this.partitionOf({ topic, partitionMetadata, message });
      const group = groups.get(partition);
      if (group === undefined) groups.set(partition, [position]);
      else group.push(position);
    }
    return groups;
  }
}

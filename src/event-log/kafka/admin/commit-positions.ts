import { type Kafka } from 'kafkajs';

/** The offset, as kafkajs writes it, that a group reads next in a partition. */
export interface CommittedPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/**
 * Commits positions as a member that joins, reads nothing and leaves: the `setOffsets` of kafkajs takes five seconds and
 * rejects for a group with members. Rejects with the error of kafkajs.
 */
export async function commitPositions(
  kafka: Kafka,
  group: string,
  positions: readonly CommittedPosition[],
): Promise<void> {
  const topics = [...new Set(positions.map(({ topic }) => topic))];
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
  const crashes: Error[] = [];
  consumer.on(consumer.events.CRASH, ({ payload }) => void crashes.push(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: () => Promise.resolve(),
    });
    const [crash] = crashes;
    if (crash !== undefined) throw crash;
    consumer.pause(topics.map((topic) => ({ topic })));
    await consumer.commitOffsets([...positions]);
  } finally {
    await consumer.disconnect();
  }
}

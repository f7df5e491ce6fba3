import { type Kafka } from 'kafkajs';
import { LogUnavailable } from '../../append-errors.js';
import { AdminSession } from '../admin/admin-session.js';
import { KafkaJSProtocolError } from '../client/kafka-errors.js';
import { causesOf } from '../client/kafka-fault.js';

/** Answers that mean: this partition is there, and nobody leads it at this moment. */
const LEADERLESS: ReadonlySet<string> = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'REPLICA_NOT_AVAILABLE',
]);

export class NoLeaderYet extends LogUnavailable {
  constructor(topic: string) {
    super(`A partition of the topic ${topic} has no leader that is at work.`);
  }
}

/**
 * Asks the leader of each partition of a topic for its offsets, which only a leader at work answers; resolves to how many there
 * are. By a connection of its own: a lasting one remembers partitions for minutes. Throws NoLeaderYet, or what kafkajs throws.
 */
export async function partitionCount(kafka: Kafka, topic: string): Promise<number> {
  const session = new AdminSession(kafka);
  try {
    return (await session.use((admin) => admin.fetchTopicOffsets(topic))).length;
  } catch (error) {
    throw isLeaderless(error) ? new NoLeaderYet(topic) : error;
  } finally {
    session.close();
  }
}

function isLeaderless(error: unknown): boolean {
  return causesOf(error).some((cause) => cause instanceof KafkaJSProtocolError && LEADERLESS.has(cause.type));
}

import { type ConsumerConfig } from 'kafkajs';

/**
 * A group learns of a new member within a heartbeat and a fetch, and of a dead one after the session time-out; a record
 * waits at most `maxWaitTimeInMs` for company, so that one produce request does not wake every group by itself.
 */
export const CONSUMER_SETTINGS = {
  sessionTimeout: 6_000,
  rebalanceTimeout: 30_000,
  heartbeatInterval: 500,
  minBytes: 65_536,
  maxWaitTimeInMs: 200,
  metadataMaxAge: 60_000,
  allowAutoTopicCreation: false,
  // A consumer that crashed is rebuilt by its subscription: kafkajs gives up for good on some errors.
  retry: {
    retries: 5,
    initialRetryTime: 100,
    maxRetryTime: 2_000,
    restartOnFailure: () => Promise.resolve(false),
  },
} satisfies Omit<ConsumerConfig, 'groupId'>;

const MIB = 1_048_576;

/** Bytes of one fetch: of a partition, as one batch is to have, and of a broker, so that several partitions have a share. */
export function fetchSizes(
  batchBytes: number = MIB,
): Pick<ConsumerConfig, 'maxBytesPerPartition' | 'maxBytes'> {
  return { maxBytesPerPartition: batchBytes, maxBytes: Math.max(4 * MIB, 2 * batchBytes) };
}

/** Partitions of one subscription that are worked on at the same time. */
export const PARTITIONS_AT_ONCE = 6;

/** Without an assignment for so long, a consumer is taken for stuck. */
export const JOIN_TIMEOUT_MS = 60_000;

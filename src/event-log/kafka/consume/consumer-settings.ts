import { type ConsumerConfig } from 'kafkajs';

/**
 * A new member causes a rebalance within a heartbeat and a fetch, and a dead one after the session timeout. A record waits
 * at most `maxWaitTimeInMs` for further ones, so that a small produce request does not wake every group separately.
 */
export const CONSUMER_SETTINGS = {
  sessionTimeout: 6_000,
  rebalanceTimeout: 30_000,
  heartbeatInterval: 500,
  minBytes: 65_536,
  maxWaitTimeInMs: 200,
  metadataMaxAge: 60_000,
  allowAutoTopicCreation: false,
  // The subscription replaces a crashed consumer: kafkajs itself never restarts after some errors.
  retry: {
    retries: 5,
    initialRetryTime: 100,
    maxRetryTime: 2_000,
    restartOnFailure: () => Promise.resolve(false),
  },
} satisfies Omit<ConsumerConfig, 'groupId'>;

import kafkajs from 'kafkajs';

/** The error classes of kafkajs, a CommonJS module of which Node sees only some names. */
export const {
  KafkaJSConnectionError,
  KafkaJSDeleteGroupsError,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
} = kafkajs;

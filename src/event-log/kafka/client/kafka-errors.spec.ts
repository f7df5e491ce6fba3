import {
  Kafka,
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
  logLevel,
} from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { LogUnavailable, RecordsRefused } from '../../append-errors.js';
import {
  appendErrorOf,
  isClassified,
  isLeaderless,
  isPartitionLost,
  isUnknownGroup,
  logUnavailable,
} from './kafka-errors.js';

const connection = (code?: string) =>
  Object.assign(new KafkaJSConnectionError('secret text'), { broker: 'b:9092', code });
const protocol = (type: string) =>
  new KafkaJSProtocolError({ name: 'E', message: 'text', type, code: 1, retriable: true } as never);
const wrapped = (cause: Error) => Object.assign(new KafkaJSNonRetriableError(cause), { cause });
const exceeded = (cause: Error) => new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 0, retryTime: 0 });

describe('the sentence for an operator', () => {
  it.each([
    [wrapped(connection('ECONNREFUSED')), /b:9092 cannot be reached \(ECONNREFUSED\).*KAFKA_BROKERS/],
    [exceeded(connection()), /cannot be reached \(closed or timed out\)/],
    [wrapped(connection('DEPTH_ZERO_SELF_SIGNED_CERT')), /TLS.*KAFKA_TLS/],
    [wrapped(connection('ERR_SSL_WRONG_VERSION_NUMBER')), /TLS/],
    [
      exceeded(Reflect.construct(KafkaJSSASLAuthenticationError, ['secret text']) as Error),
      /refuses the login.*KAFKA_SASL_PASSWORD/,
    ],
    [exceeded(new KafkaJSRequestTimeoutError('secret text')), /does not answer in time/],
    [exceeded(protocol('NOT_ENOUGH_REPLICAS')), /NOT_ENOUGH_REPLICAS/],
    [Object.assign(new Error('several'), { errors: [protocol('INVALID_PARTITIONS')] }), /INVALID_PARTITIONS/],
    [new TypeError('secret text'), /cannot be used \(TypeError\)/],
    ['nonsense', /cannot be used/],
  ])('%o', (error, sentence) => {
    const { message, cause } = logUnavailable(error);
    expect(message).toMatch(sentence);
    expect(message).not.toContain('secret');
    expect(cause).toBe(error);
  });

  it('is kept when the error is a LogUnavailable already', () => {
    const error = new LogUnavailable('not ready');
    expect(logUnavailable(error)).toBe(error);
  });
});

describe('the classification of kafkajs errors', () => {
  it.each([
    [exceeded(protocol('UNKNOWN_TOPIC_OR_PARTITION')), RecordsRefused],
    [protocol('MESSAGE_TOO_LARGE'), RecordsRefused],
    [protocol('NOT_LEADER_FOR_PARTITION'), LogUnavailable],
    [wrapped(connection('ECONNREFUSED')), LogUnavailable],
  ])('separates refused records from an outage: %o', (error, expected) => {
    expect(appendErrorOf(error)).toBeInstanceOf(expected);
    expect(appendErrorOf(error).cause).toBe(error);
    expect(isClassified(error)).toBe(true);
  });

  it('reports an error without a class of its own as unclassified', () => {
    expect(isClassified(exceeded(new Error('Broker not connected')))).toBe(false);
  });

  it('knows a partition without a leader, and one that went to another member', () => {
    expect(isLeaderless(exceeded(protocol('LEADER_NOT_AVAILABLE')))).toBe(true);
    expect(isLeaderless(protocol('MESSAGE_TOO_LARGE'))).toBe(false);
    expect(isPartitionLost(protocol('REBALANCE_IN_PROGRESS'))).toBe(true);
    expect(isPartitionLost(wrapped(connection('ECONNRESET')))).toBe(false);
  });

  it('takes an error of another kind for no unknown group', () => {
    expect(isUnknownGroup(protocol('GROUP_ID_NOT_FOUND'))).toBe(false);
  });
});

describe('internals of kafkajs, to be checked at an upgrade', () => {
  it('gives a refused connection the properties `broker` and `code`, which its types do not declare', async () => {
    const kafka = new Kafka({ brokers: ['127.0.0.1:1'], retry: { retries: 0 }, logLevel: logLevel.NOTHING });
    const error: unknown = await kafka
      .admin()
      .connect()
      .catch((reason: unknown) => reason);
    expect(logUnavailable(error).message).toMatch(/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/);
  });
});

import {
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
} from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { LogUnavailable } from '../../append-errors.js';
import { isAboutRecords, isKnown, sentenceOf, unavailable } from './kafka-fault.js';

const connection = (code?: string) =>
  Object.assign(new KafkaJSConnectionError('secret text'), { broker: 'b:9092', code });
const protocol = (type: string) =>
  new KafkaJSProtocolError({ name: 'E', message: 'text', type, code: 1, retriable: true } as never);
const wrapped = (cause: Error) => Object.assign(new KafkaJSNonRetriableError(cause), { cause });
const exceeded = (cause: Error) => new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 0, retryTime: 0 });

describe('what is told about a fault of Kafka', () => {
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
    expect(sentenceOf(error)).toMatch(sentence);
    expect(sentenceOf(error)).not.toContain('secret');
  });

  it.each([
    [exceeded(protocol('UNKNOWN_TOPIC_OR_PARTITION')), true],
    [protocol('MESSAGE_TOO_LARGE'), true],
    [protocol('NOT_LEADER_FOR_PARTITION'), false],
    [wrapped(connection('ECONNREFUSED')), false],
  ])('tells a refusal of records from the rest: %o', (error, expected) => {
    expect(isAboutRecords(error)).toBe(expected);
    expect(isKnown(error)).toBe(true);
  });

  it('does not know what kafkajs says without a class', () => {
    expect(isKnown(exceeded(new Error('Broker not connected')))).toBe(false);
  });

  it('keeps a LogUnavailable as it is', () => {
    const error = new LogUnavailable('said already');
    expect(unavailable(error)).toBe(error);
  });
});

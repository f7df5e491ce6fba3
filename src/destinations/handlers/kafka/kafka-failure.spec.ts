import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../contract/delivery-error.js';
import { failureOf } from './kafka-failure.js';

const { KafkaJSConnectionError, KafkaJSProtocolError, KafkaJSSASLAuthenticationError } = kafkajs;

/** As kafkajs makes them; its types leave out what its constructors take. */
const made = (constructor: unknown, ...given: unknown[]): Error =>
  Reflect.construct(constructor as new () => Error, given) as Error;
const answer = (type: string) =>
  made(KafkaJSProtocolError, { type, code: 1, message: 'text of a broker', retriable: false });
const lost = (code?: string) => made(KafkaJSConnectionError, 'Connection error: text', { code });
const wrapped = (cause: Error) => new Error('text', { cause: new Error('text', { cause }) });

describe('failureOf', () => {
  it.each<[string, Error, object]>([
    ['records too large', answer('MESSAGE_TOO_LARGE'), { kind: 'reject', reason: 'kafka_message_too_large' }],
    [
      'a topic that is not permitted',
      answer('TOPIC_AUTHORIZATION_FAILED'),
      { kind: 'auth', reason: 'kafka_topic_authorization_failed' },
    ],
    [
      'a topic that is missing',
      answer('UNKNOWN_TOPIC_OR_PARTITION'),
      { kind: 'retry', reason: 'unknown_topic' },
    ],
    [
      'replicas that are missing',
      answer('NOT_ENOUGH_REPLICAS'),
      { kind: 'retry', reason: 'kafka_not_enough_replicas' },
    ],
    [
      'a login that is refused',
      made(KafkaJSSASLAuthenticationError, 'text of a broker'),
      { kind: 'auth', reason: 'kafka_login_refused' },
    ],
    ['a closed port', lost('ECONNREFUSED'), { kind: 'retry', reason: 'connection_refused' }],
    ['a lost connection', lost(), { kind: 'retry', reason: 'network' }],
    ['a certificate of the broker', lost('SELF_SIGNED_CERT_IN_CHAIN'), { kind: 'retry', reason: 'tls' }],
    [
      'a certificate of ours',
      lost('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
      { kind: 'auth', reason: 'client_certificate_refused' },
    ],
    [
      'another certificate of ours',
      lost('ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'),
      { kind: 'auth', reason: 'client_certificate_refused' },
    ],
    [
      'a blocked address',
      new DeliveryError({ kind: 'reject', reason: 'address_blocked' }),
      { kind: 'reject', reason: 'address_blocked' },
    ],
    ['anything else', new Error('text'), { kind: 'retry', reason: 'kafka_unavailable' }],
  ])('knows %s, however deep it lies, by its code', (_, error, failure) => {
    expect(failureOf(error)).toEqual(failure);
    expect(failureOf(wrapped(error))).toEqual(failure);
  });
});

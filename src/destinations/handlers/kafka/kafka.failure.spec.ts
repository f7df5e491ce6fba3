import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../contract/delivery-error.js';
import { kafkaFailure } from './kafka.failure.js';

const { KafkaJSConnectionError, KafkaJSProtocolError, KafkaJSSASLAuthenticationError } = kafkajs;

/** Built as kafkajs does; its types omit the arguments of the constructors. */
const made = (constructor: unknown, ...given: unknown[]): Error =>
  Reflect.construct(constructor as new () => Error, given) as Error;
const answer = (type: string) =>
  made(KafkaJSProtocolError, { type, code: 1, message: 'text of a broker', retriable: false });
const lost = (code?: string) => made(KafkaJSConnectionError, 'Connection error: text', { code });
const wrapped = (cause: Error) => new Error('text', { cause: new Error('text', { cause }) });

describe('kafkaFailure', () => {
  it.each<[string, Error, object]>([
    ['records too large', answer('MESSAGE_TOO_LARGE'), { kind: 'reject', reason: 'kafka_message_too_large' }],
    [
      'a topic without permission',
      answer('TOPIC_AUTHORIZATION_FAILED'),
      { kind: 'auth', reason: 'kafka_topic_authorization_failed' },
    ],
    ['a missing topic', answer('UNKNOWN_TOPIC_OR_PARTITION'), { kind: 'retry', reason: 'unknown_topic' }],
    [
      'missing replicas',
      answer('NOT_ENOUGH_REPLICAS'),
      { kind: 'retry', reason: 'kafka_not_enough_replicas' },
    ],
    [
      'a refused login',
      made(KafkaJSSASLAuthenticationError, 'text of a broker'),
      { kind: 'auth', reason: 'kafka_login_refused' },
    ],
    ['a closed port', lost('ECONNREFUSED'), { kind: 'retry', reason: 'connection_refused' }],
    ['a lost connection', lost(), { kind: 'retry', reason: 'network' }],
    [
      'an untrusted certificate of the broker',
      lost('SELF_SIGNED_CERT_IN_CHAIN'),
      { kind: 'retry', reason: 'tls' },
    ],
    [
      'a refused client certificate',
      lost('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
      { kind: 'auth', reason: 'client_certificate_refused' },
    ],
    [
      'a bad client certificate',
      lost('ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'),
      { kind: 'auth', reason: 'client_certificate_refused' },
    ],
    [
      'a blocked address',
      new DeliveryError({ kind: 'reject', reason: 'address_blocked' }),
      { kind: 'reject', reason: 'address_blocked' },
    ],
    ['anything else', new Error('text'), { kind: 'retry', reason: 'kafka_unavailable' }],
  ])('maps %s, also as the cause of another error', (_, error, failure) => {
    expect(kafkaFailure(error)).toEqual(failure);
    expect(kafkaFailure(wrapped(error))).toEqual(failure);
  });
});

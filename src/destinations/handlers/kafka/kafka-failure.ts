import kafkajs from 'kafkajs';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { networkReason } from '../../contract/network-reason.js';

const {
  KafkaJSConnectionError,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
} = kafkajs;

export type Failure = Exclude<ItemResult, { kind: 'ok' | 'filtered' }>;

const MAX_DEPTH = 8;

/** Answers of a broker that are about the records: smaller or other ones may well be taken. */
const REFUSED: ReadonlySet<string> = new Set([
  'kafka_invalid_record',
  'kafka_message_too_large',
  'kafka_record_list_too_large',
]);
const UNAUTHORIZED: ReadonlySet<string> = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
]);

/** The other end has sent an alert about the certificate that it was shown. */
const CERTIFICATE_ALERT = /^ERR_SSL_\w*ALERT_(\w+_)?CERTIFICATE(_|$)/;

/** Refusals of addresses, which kafkajs keeps to itself, by the brokers that have them (`host:port`). */
export type Blocked = ReadonlyMap<string, DeliveryError>;

/** What an error of kafkajs means for the delivery: by its classes and codes, which lie up to three levels down. */
export function failureOf(error: unknown, blocked: Blocked = new Map()): Failure {
  for (const cause of causesOf(error)) {
    if (cause instanceof DeliveryError) return cause.result as Failure;
    if (cause instanceof KafkaJSProtocolError) return failureOfAnswer(cause.type);
    if (cause instanceof KafkaJSSASLAuthenticationError)
      return { kind: 'auth', reason: 'kafka_login_refused' };
    if (cause instanceof KafkaJSRequestTimeoutError) return { kind: 'retry', reason: 'timeout' };
    if (cause instanceof KafkaJSConnectionError)
      return (blocked.get(cause.broker)?.result as Failure | undefined) ?? failureOfConnection(cause);
  }
  return { kind: 'retry', reason: 'kafka_unavailable' };
}

/** Whether the records are at fault, so that fewer of them may well be taken. */
export const refusesRecords = ({ kind, reason }: Failure): boolean =>
  kind === 'reject' && REFUSED.has(reason);

/** A topic may be made or permitted later, so nothing is refused for good because it is missing. */
function failureOfAnswer(type: string): Failure {
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return { kind: 'retry', reason: 'unknown_topic' };
  const reason = `kafka_${type.toLowerCase()}`;
  if (REFUSED.has(reason)) return { kind: 'reject', reason };
  return { kind: UNAUTHORIZED.has(type) ? 'auth' : 'retry', reason };
}

/** The types of kafkajs do not know of the code. */
function failureOfConnection(error: Error & { readonly code?: string }): Failure {
  return CERTIFICATE_ALERT.test(error.code ?? '')
    ? { kind: 'auth', reason: 'client_certificate_refused' }
    : { kind: 'retry', reason: networkReason(error) };
}

function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  for (let next = error; next instanceof Error && found.length < MAX_DEPTH; next = next.cause)
    found.push(next);
  return found;
}

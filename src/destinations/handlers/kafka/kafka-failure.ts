import kafkajs from 'kafkajs';
import { DeliveryError, type ItemResult, networkReason } from '../../handler.js';

const {
  KafkaJSConnectionError,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
} = kafkajs;

type Failure = Exclude<ItemResult, { kind: 'ok' | 'filtered' }>;

const MAX_DEPTH = 8;

/** Answers of a broker that are about the records: smaller or other ones may well be taken. */
const REFUSED: ReadonlySet<string> = new Set([
  'INVALID_RECORD',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
]);
const UNAUTHORIZED: ReadonlySet<string> = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
]);

/** The other end has sent an alert about the certificate that it was shown. */
const CERTIFICATE_ALERT = /^ERR_SSL_\w*ALERT_(\w+_)?CERTIFICATE(_|$)/;

/** What an error of kafkajs means for the delivery: by its classes and codes, which lie up to three levels down. */
export function failureOf(error: unknown): Failure {
  for (const cause of causesOf(error)) {
    if (cause instanceof DeliveryError) return cause.result as Failure;
    if (cause instanceof KafkaJSProtocolError) return failureOfAnswer(cause.type);
    if (cause instanceof KafkaJSSASLAuthenticationError)
      return { kind: 'auth', reason: 'kafka_login_refused' };
    if (cause instanceof KafkaJSRequestTimeoutError) return { kind: 'retry', reason: 'timeout' };
    if (cause instanceof KafkaJSConnectionError) return failureOfConnection(cause);
  }
  return { kind: 'retry', reason: 'kafka_unavailable' };
}

/** A topic may be made or permitted later, so nothing is refused for good because it is missing. */
function failureOfAnswer(type: string): Failure {
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return { kind: 'retry', reason: 'unknown_topic' };
  const reason = `kafka_${type.toLowerCase()}`;
  if (REFUSED.has(type)) return { kind: 'reject', reason };
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

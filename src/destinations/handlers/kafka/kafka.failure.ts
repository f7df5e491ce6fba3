import kafkajs from 'kafkajs';
import { causeChainOf } from '../../contract/cause-chain.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type FailureResult, type ItemResult } from '../../contract/delivery-item.js';
import { networkReason } from '../../contract/network-reason.js';

const {
  KafkaJSConnectionError,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
} = kafkajs;

/** Refusals of records: the broker may accept fewer or other records. */
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

/** TLS alerts of a broker that refuses the client certificate. */
const CERTIFICATE_ALERT = /^ERR_SSL_\w*ALERT_(\w+_)?CERTIFICATE(_|$)/;

/** Errors of the address guard, which kafkajs hides, by broker (`host:port`). */
export type BlockedBrokers = ReadonlyMap<string, DeliveryError>;

/** What an error of kafkajs means for the delivery, by the classes and codes of the error and its causes. */
export function kafkaFailure(error: unknown, blocked: BlockedBrokers = new Map()): FailureResult {
  for (const cause of causeChainOf(error)) {
    if (cause instanceof DeliveryError) return cause.result as FailureResult;
    if (cause instanceof KafkaJSProtocolError) return brokerFailure(cause.type);
    if (cause instanceof KafkaJSSASLAuthenticationError)
      return { kind: 'auth', reason: 'kafka_login_refused' };
    if (cause instanceof KafkaJSRequestTimeoutError) return { kind: 'retry', reason: 'timeout' };
    if (cause instanceof KafkaJSConnectionError)
      return (blocked.get(cause.broker)?.result as FailureResult | undefined) ?? connectionFailure(cause);
  }
  return { kind: 'retry', reason: 'kafka_unavailable' };
}

/** Whether the broker refused the records, so that it may accept fewer of them. */
export const refusesRecords = ({ kind, reason }: FailureResult): boolean =>
  kind === 'reject' && REFUSED.has(reason);

/** Whether a refusal concerns one topic of the cluster. */
export const isOfTopic = ({ kind, ...result }: ItemResult): boolean =>
  kind === 'auth' && 'reason' in result && result.reason === 'kafka_topic_authorization_failed';

/** Reason of a topic that does not exist. */
export const UNKNOWN_TOPIC = 'unknown_topic';

/** A missing topic is retried: it may be created later. */
function brokerFailure(type: string): FailureResult {
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return { kind: 'retry', reason: UNKNOWN_TOPIC };
  const reason = `kafka_${type.toLowerCase()}`;
  if (REFUSED.has(reason)) return { kind: 'reject', reason };
  return { kind: UNAUTHORIZED.has(type) ? 'auth' : 'retry', reason };
}

/** The types of kafkajs omit `code`. */
function connectionFailure(error: Error & { readonly code?: string }): FailureResult {
  return CERTIFICATE_ALERT.test(error.code ?? '')
    ? { kind: 'auth', reason: 'client_certificate_refused' }
    : { kind: 'retry', reason: networkReason(error) };
}

import { LogUnavailable } from '../../append-errors.js';
import {
  KafkaJSConnectionError,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
} from './kafka-errors.js';

const MAX_DEPTH = 8;

/** Codes of Node that mean: the two sides could not agree on TLS. */
const TLS_CODE = /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/;

/** Answers of a broker that are about what was sent, so that sending something else may well work. */
const ABOUT_RECORDS: ReadonlySet<string> = new Set([
  'CORRUPT_MESSAGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
  'POLICY_VIOLATION',
  'RECORD_LIST_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

/** An error and what it was caused by; kafkajs hides the interesting one up to three levels down. */
export function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  for (let next = error; next instanceof Error && found.length < MAX_DEPTH;) {
    found.push(next);
    const { errors } = next as Error & { errors?: readonly unknown[] };
    next = next.cause ?? errors?.[0];
  }
  return found;
}

/** Whether Kafka refused these records, rather than being unable to take any. */
export function isAboutRecords(error: unknown): boolean {
  return causesOf(error).some(
    (cause) => cause instanceof KafkaJSProtocolError && ABOUT_RECORDS.has(cause.type),
  );
}

/** Whether it is clear what went wrong: an answer of Kafka, a connection, or silence. */
export function isKnown(error: unknown): boolean {
  return causesOf(error).some(
    (cause) =>
      cause instanceof KafkaJSProtocolError ||
      cause instanceof KafkaJSConnectionError ||
      cause instanceof KafkaJSRequestTimeoutError,
  );
}

/** One plain sentence for an operator, with the setting to look at. */
export function sentenceOf(error: unknown): string {
  for (const cause of causesOf(error).reverse()) {
    if (cause instanceof LogUnavailable) return cause.message;
    if (cause instanceof KafkaJSSASLAuthenticationError)
      return 'Kafka refuses the login: check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.';
    if (cause instanceof KafkaJSConnectionError) return connectionSentence(cause);
    if (cause instanceof KafkaJSRequestTimeoutError) return 'Kafka does not answer in time.';
    if (cause instanceof KafkaJSProtocolError) return `Kafka answers ${cause.type}.`;
  }
  return `Kafka cannot be used (${error instanceof Error ? error.name : 'unknown'}).`;
}

function connectionSentence(error: InstanceType<typeof KafkaJSConnectionError>): string {
  const { broker, code } = error as typeof error & { readonly code?: string };
  const reason = code ?? 'closed or timed out';
  if (TLS_CODE.test(reason))
    return `TLS with the Kafka broker ${broker} fails (${reason}): check KAFKA_TLS and the KAFKA_TLS_*_FILE settings.`;
  return `The Kafka broker ${broker} cannot be reached (${reason}): check KAFKA_BROKERS; if it listens, KAFKA_TLS and KAFKA_SASL_MECHANISM.`;
}

/** The port's own error for whatever went wrong with Kafka. */
export function unavailable(error: unknown): LogUnavailable {
  return error instanceof LogUnavailable ? error : new LogUnavailable(sentenceOf(error), { cause: error });
}

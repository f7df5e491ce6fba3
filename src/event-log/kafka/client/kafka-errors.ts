import kafkajs from 'kafkajs';
import { LogUnavailable, RecordsRefused } from '../../append-errors.js';

// kafkajs is a CommonJS module, of which Node offers only some names as imports.
const {
  KafkaJSConnectionError,
  KafkaJSDeleteGroupsError,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
} = kafkajs;

const MAX_DEPTH = 8;

/** Codes of Node for a TLS handshake that failed. */
const TLS_CODE = /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/;

/** Answers of a broker about the records themselves: other records may succeed at the same moment. */
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

/** Answers of a broker while a partition has no leader that takes requests. */
const LEADERLESS: ReadonlySet<string> = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'REPLICA_NOT_AVAILABLE',
]);

/** Answers of a coordinator to a member whose partitions are, or are about to be, assigned to another one. */
const PARTITION_LOST: ReadonlySet<string> = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'NOT_COORDINATOR_FOR_GROUP',
]);

const UNKNOWN_MEMBER: ReadonlySet<string> = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION']);
const OUT_OF_RANGE: ReadonlySet<string> = new Set(['OFFSET_OUT_OF_RANGE']);

const GROUP_ID_NOT_FOUND = 69;

/** Whether an error of this class stopped kafkajs, which wraps what its callbacks throw. */
export const isCausedBy = (error: unknown, type: abstract new (...args: never) => Error): boolean =>
  causesOf(error).some((cause) => cause instanceof type);

/** Whether a partition had no leader that takes requests. */
export const isLeaderless = (error: unknown): boolean => hasAnswer(error, LEADERLESS);

/** Whether the member lost its partitions, as opposed to a broker that is unreachable for a moment. */
export const isPartitionLost = (error: unknown): boolean => hasAnswer(error, PARTITION_LOST);

/** Whether the coordinator does not know the member any more, which must join as a new one. */
export const isUnknownMember = (error: unknown): boolean => hasAnswer(error, UNKNOWN_MEMBER);

/** Whether a partition has no record at the offset, nor is it its end. */
export const isOutOfRange = (error: unknown): boolean => hasAnswer(error, OUT_OF_RANGE);

/** Whether a broker has answered, as opposed to one that cannot be reached. */
export const isAnswered = (error: unknown): boolean =>
  causesOf(error).some((cause) => cause instanceof KafkaJSProtocolError);

/** Whether a deletion failed only because the groups do not exist. */
export function isUnknownGroup(error: unknown): boolean {
  return (
    error instanceof KafkaJSDeleteGroupsError &&
    error.groups.every(({ errorCode }) => errorCode === GROUP_ID_NOT_FOUND)
  );
}

/** Whether kafkajs says with a class what failed: a broker's answer, a connection or a time limit. */
export function isClassified(error: unknown): boolean {
  return causesOf(error).some(
    (cause) =>
      cause instanceof KafkaJSProtocolError ||
      cause instanceof KafkaJSConnectionError ||
      cause instanceof KafkaJSRequestTimeoutError,
  );
}

/** The event log's own error for a failed send: RecordsRefused when the broker refuses the records, else LogUnavailable. */
export function appendErrorOf(error: unknown): LogUnavailable | RecordsRefused {
  if (hasAnswer(error, ABOUT_RECORDS)) return new RecordsRefused(sentenceOf(error), { cause: error });
  return logUnavailable(error);
}

/** The event log's own error for a failed request; its message is a sentence for an operator, with the setting to check. */
export function logUnavailable(error: unknown): LogUnavailable {
  return error instanceof LogUnavailable ? error : new LogUnavailable(sentenceOf(error), { cause: error });
}

function hasAnswer(error: unknown, types: ReadonlySet<string>): boolean {
  return causesOf(error).some((cause) => cause instanceof KafkaJSProtocolError && types.has(cause.type));
}

/** The error and its causes, outermost first: kafkajs wraps the telling one up to three times, or lists it in `errors`. */
function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  for (let next = error; next instanceof Error && found.length < MAX_DEPTH;) {
    found.push(next);
    const { errors } = next as Error & { errors?: readonly unknown[] };
    next = next.cause ?? errors?.[0];
  }
  return found;
}

function sentenceOf(error: unknown): string {
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

import { type ItemResult } from '../../contract/delivery-item.js';
import { retryAfterMs } from '../../contract/http.js';
import { networkReason } from '../../contract/network-reason.js';

export type Failure = Exclude<ItemResult, { kind: 'ok' | 'filtered' }>;

/** What the SDK says of an error that the service answered with; `name` is the code. */
interface Answer {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

/** About the size of the object: fewer events may well be taken. */
const TOO_LARGE: ReadonlySet<string> = new Set(['EntityTooLarge', 'MaxMessageLengthExceeded']);
/** Of the moment, although their status is one of a refusal: clocks apart, bytes lost on the way, a bucket that moves. */
const MOMENTARY: ReadonlySet<string> = new Set([
  'BadDigest',
  'IncompleteBody',
  'RequestTimeTooSkewed',
  'RequestTimeout',
  'TemporaryRedirect',
  'XAmzContentSHA256Mismatch',
]);
const AGAIN: ReadonlySet<number> = new Set([307, 408, 409, 423, 425, 429]);
/** What the SDK calls an answer whose code it cannot find. */
const NO_CODE: ReadonlySet<string> = new Set(['Unknown', 'UnknownError']);
const CODE = /^[A-Za-z0-9.]{1,60}$/;

/**
 * What an error of the SDK means for the delivery, by code and status. What is refused and is not about the size of the object
 * is a matter of the settings, the bucket or its rights, never of the events: the destination pauses and keeps them.
 */
export function failureOf(error: unknown, now = new Date()): Failure {
  const { $metadata, $response } = Object(error) as Answer;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (status === undefined) return { kind: 'retry', reason: networkReason(error) };
  const code = codeOf(error);
  const reason = code === undefined ? `http_${status}` : `s3_${code.replaceAll('.', '_')}`;
  if (status === 413 || TOO_LARGE.has(code ?? '')) return { kind: 'reject', reason, status };
  if (!isMomentary(code, status)) return { kind: 'auth', reason, status };
  const afterMs = retryAfterMs($response?.headers?.['retry-after'], now);
  return { kind: 'retry', reason, status, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** 501 says that something is asked for that this service does not have. An answer that broke off may have been a good one. */
function isMomentary(code: string | undefined, status: number): boolean {
  return MOMENTARY.has(code ?? '') || AGAIN.has(status) || status < 300 || (status >= 500 && status !== 501);
}

/** Only what was read as an answer of the service has a fault: a proxy's page makes an error of the reader's. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('$fault' in error)) return undefined;
  return NO_CODE.has(error.name) || !CODE.test(error.name) ? undefined : error.name;
}

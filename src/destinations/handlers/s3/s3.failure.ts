import { type FailureResult, type ItemResult } from '../../contract/delivery-item.js';
import { retryAfterMs } from '../../contract/http.js';
import { networkReason } from '../../contract/network-reason.js';

/** What the SDK adds to an error response of the service; the `name` of the error is the code. */
interface ErrorResponse {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

/** The object is too large: one with fewer events may be accepted. */
const TOO_LARGE: ReadonlySet<string> = new Set(['EntityTooLarge', 'MaxMessageLengthExceeded']);
/** Temporary although the status is a refusal: clock skew, bytes lost in transit, a bucket that moves. */
const MOMENTARY: ReadonlySet<string> = new Set([
  'BadDigest',
  'IncompleteBody',
  'RequestTimeTooSkewed',
  'RequestTimeout',
  'TemporaryRedirect',
  'XAmzContentSHA256Mismatch',
]);
const RETRIED_STATUSES: ReadonlySet<number> = new Set([307, 408, 409, 423, 425, 429]);
/** Names that the SDK gives to a response without a code. */
const NO_CODE: ReadonlySet<string> = new Set(['Unknown', 'UnknownError']);
const CODE = /^[A-Za-z0-9.]{1,60}$/;

/**
 * What an error of the SDK means for the delivery, by code and status. A refusal that is not about the size of the object is
 * caused by the settings, the bucket or its rights, never by an event: the destination pauses and keeps its events.
 */
export function s3Failure(error: unknown, now = new Date()): FailureResult {
  const { $metadata, $response } = Object(error) as ErrorResponse;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (status === undefined) return { kind: 'retry', reason: networkReason(error) };
  const code = s3CodeOf(error);
  const reason = code === undefined ? `http_${status}` : `s3_${code.replaceAll('.', '_')}`;
  if (status === 413 || TOO_LARGE.has(code ?? '')) return { kind: 'reject', reason, status };
  if (!isMomentary(code, status)) return { kind: 'auth', reason, status };
  const afterMs = retryAfterMs($response?.headers?.['retry-after'], now);
  return { kind: 'retry', reason, status, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** Whether a refusal may concern the key of the object alone. */
export const isForbiddenKey = (result: ItemResult): boolean =>
  result.kind === 'auth' && (result.reason === 's3_AccessDenied' || result.reason === 'http_403');

/** 501: the service lacks a feature that the settings use. Below 300: a success response that broke off. */
function isMomentary(code: string | undefined, status: number): boolean {
  return (
    MOMENTARY.has(code ?? '') ||
    RETRIED_STATUSES.has(status) ||
    status < 300 ||
    (status >= 500 && status !== 501)
  );
}

/** Only an error that the SDK parsed from a response of the service has `$fault`; a page of a proxy has none. */
function s3CodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('$fault' in error)) return undefined;
  return NO_CODE.has(error.name) || !CODE.test(error.name) ? undefined : error.name;
}

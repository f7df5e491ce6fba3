import { type FailureResult } from '../contract/delivery-item.js';
import { AddressBlocked } from './address-blocked.js';
import { networkCodeOf, networkReason } from '../contract/network-reason.js';
import { retryAfterMs } from '../contract/http.js';

/** Statuses 4xx that a retry may change. */
const MOMENTARY = new Set([408, 423, 425, 429]);

/** Credentials of the receiver or of a proxy, which no event can change. */
const CREDENTIALS = new Set([401, 407]);

/** Result of a response with this status; undefined for 2xx. */
export function httpFailureOfStatus(
  status: number,
  retryAfter: string | undefined,
  now: Date,
): FailureResult | undefined {
  if (status >= 200 && status < 300) return undefined;
  const reason = `http_${status}`;
  if (CREDENTIALS.has(status)) return { kind: 'auth', reason, status };
  // A firewall refuses single events with it, because of their text.
  if (status === 403) return { kind: 'auth', reason, status, doubt: 'event' };
  if (MOMENTARY.has(status) || (status >= 500 && status !== 501)) {
    const afterMs = retryAfterMs(retryAfter, now);
    return { kind: 'retry', reason, status, ...(afterMs === undefined ? {} : { afterMs }) };
  }
  return { kind: 'reject', reason, status };
}

/** Result of a request without a response. A retry may succeed, unless the address is blocked or not readable. */
export function httpFailureOfError(error: unknown): FailureResult {
  if (error instanceof AddressBlocked) return { kind: 'reject', reason: error.fault };
  const code = networkCodeOf(error);
  if (code === 'ERR_INVALID_URL' || code === 'UND_ERR_INVALID_ARG')
    return { kind: 'reject', reason: 'invalid_request' };
  return { kind: 'retry', reason: networkReason(error) };
}

/** Longest text of an answer that is kept, in characters. */
const MAX_ANSWER = 300;

/** The result with what the receiver said about its refusal: code and message of a JSON body, else its text. */
export function withAnswer(result: FailureResult, body: string): FailureResult {
  if (result.kind === 'retry') return result;
  const answer = messageIn(body)
    .replaceAll(/[\p{Control}\p{Format}\p{Surrogate}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_ANSWER);
  return answer === '' ? result : { ...result, answer };
}

function messageIn(body: string): string {
  try {
    const { code, message, error } = Object(JSON.parse(body)) as Partial<Record<string, unknown>>;
    const texts = [code, message, error].filter((value) => typeof value === 'string');
    return texts.length > 0 ? texts.join(': ') : body;
  } catch {
    return body;
  }
}

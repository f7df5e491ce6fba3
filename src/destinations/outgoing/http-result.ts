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

/** Codes that are shown to tenants: no text that a person has written, and short. */
const CODE = /^[a-z0-9_.-]{1,64}$/;

/** The result with what the receiver said about its refusal: code and message of a JSON body, else its text. */
export function withAnswer(result: FailureResult, body: string): FailureResult {
  const fields = fieldsOf(body);
  const texts = textsOf(fields);
  const answer = (texts.length > 0 ? texts.join(': ') : body)
    .replaceAll(/[\p{Control}\p{Format}\p{Surrogate}\s]+/gu, ' ')
    .trim();
  if (answer === '') return result;
  const answerCode = codeIn(fields);
  return { ...result, answer, ...(answerCode !== undefined && { answerCode }) };
}

type Fields = Partial<Record<string, unknown>>;

/** Fields of a JSON object; none of any other body. */
function fieldsOf(body: string): Fields {
  try {
    return Object(JSON.parse(body)) as Fields;
  } catch {
    return {};
  }
}

const nestedIn = ({ error }: Fields): Fields =>
  Object(typeof error === 'string' ? undefined : error) as Fields;

function textsOf(fields: Fields): string[] {
  const { code, message, error, title, detail } = fields;
  const { code: innerCode, message: innerMessage } = nestedIn(fields);
  const given = [code, innerCode, message, innerMessage, error, title, detail];
  return given.filter((value) => typeof value === 'string');
}

/**
 * The code of an answer: `code`, also within `error`; `error` itself where it is a code; the last part of the `type` of a
 * problem (RFC 9457). Undefined for any other form.
 */
function codeIn(fields: Fields): string | undefined {
  const { code, error, type } = fields;
  const { code: innerCode } = nestedIn(fields);
  const last = typeof type === 'string' && type !== 'about:blank' ? type.split(/[/:#?]/).at(-1) : undefined;
  const codes = [code, innerCode, error, last].map((value) =>
    Number.isInteger(value) ? String(value) : value,
  );
  return codes.find((value): value is string => typeof value === 'string' && CODE.test(value));
}

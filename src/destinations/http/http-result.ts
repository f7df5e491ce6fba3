import { type ItemResult } from '../handler.js';
import { AddressBlocked } from './guarded-connect.js';
import { retryAfterMs } from './retry-after.js';

type Failure = Exclude<ItemResult, { kind: 'ok' | 'filtered' }>;

const AGAIN = new Set([408, 423, 425, 429]);

/** What a status means for the delivery (DESTINATIONS 2); undefined for a 2xx. */
export function failureOfStatus(
  status: number,
  retryAfter: string | undefined,
  now: Date,
): Failure | undefined {
  if (status >= 200 && status < 300) return undefined;
  const reason = `http_${status}`;
  if (status === 401 || status === 403) return { kind: 'auth', reason, status };
  if (AGAIN.has(status) || (status >= 500 && status !== 501)) {
    const afterMs = retryAfterMs(retryAfter, now);
    return { kind: 'retry', reason, status, ...(afterMs === undefined ? {} : { afterMs }) };
  }
  return { kind: 'reject', reason, status };
}

/** Codes of Node and undici, in our words: a tenant learns what failed, not where. */
const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_ABORTED: 'timeout',
};

/** Never answered, or not in time: another try may help, but not with an address that is blocked or cannot be read. */
export function failureOfError(error: unknown): Failure {
  if (error instanceof AddressBlocked) return { kind: 'reject', reason: error.fault };
  const code = codeOf(error);
  if (code === 'ERR_INVALID_URL' || code === 'UND_ERR_INVALID_ARG')
    return { kind: 'reject', reason: 'invalid_request' };
  if (code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || code.includes('CERT'))
    return { kind: 'retry', reason: 'tls' };
  return { kind: 'retry', reason: NETWORK_REASONS[code] ?? 'network' };
}

/** Several addresses that all fail come as one AggregateError, with the code of the last one inside. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors.at(-1));
  return error.name === 'AbortError' ? 'UND_ERR_ABORTED' : codeOf(error.cause);
}

import { type ItemResult } from '../contract/delivery-item.js';
import { AddressBlocked } from './address-blocked.js';
import { networkCodeOf, networkReason } from '../contract/network-reason.js';
import { retryAfterMs } from '../contract/http.js';

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

/** Never answered, or not in time: another try may help, but not with an address that is blocked or cannot be read. */
export function failureOfError(error: unknown): Failure {
  if (error instanceof AddressBlocked) return { kind: 'reject', reason: error.fault };
  const code = networkCodeOf(error);
  if (code === 'ERR_INVALID_URL' || code === 'UND_ERR_INVALID_ARG')
    return { kind: 'reject', reason: 'invalid_request' };
  return { kind: 'retry', reason: networkReason(error) };
}

import { ReplyError } from 'ioredis';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type FailureResult } from '../../contract/delivery-item.js';
import { networkReason } from '../../contract/network-reason.js';

/** Login and rights: an administrator must change the settings or the server. */
const AUTH = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM']);
/** The key of this event's stream holds another type of value. */
const DATA = new Set(['WRONGTYPE']);

/** Error code of a reply, which is its first word in the protocol (RESP); undefined for errors of the connection. */
export function redisCodeOf(error: unknown): string | undefined {
  if (!(error instanceof ReplyError)) return undefined;
  const [word = ''] = (error as Error).message.split(' ', 1);
  return /^[A-Z]{2,30}$/.test(word) ? word : 'ERR';
}

/** What an error means for the delivery, by the code of the reply. Every unknown code is retried. */
export function redisFailure(error: unknown): FailureResult {
  if (error instanceof DeliveryError && error.result.kind !== 'filtered') return error.result;
  const code = redisCodeOf(error);
  if (code === undefined) return { kind: 'retry', reason: networkReason(error) };
  const kind = AUTH.has(code) ? 'auth' : DATA.has(code) ? 'reject' : 'retry';
  return { kind, reason: `redis_${code}` };
}

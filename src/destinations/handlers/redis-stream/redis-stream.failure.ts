import { ReplyError } from 'ioredis';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type FailureResult } from '../../contract/delivery-item.js';
import { networkReason } from '../../contract/network-reason.js';

/** Login: an administrator must change the settings or the server. */
const LOGIN = new Set(['NOAUTH', 'WRONGPASS']);
/** The server does not permit the key of the stream, or it holds another type of value. */
const OF_THE_KEY = new Set(['NOPERM', 'WRONGTYPE']);

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
  return { kind: LOGIN.has(code) || OF_THE_KEY.has(code) ? 'auth' : 'retry', reason: `redis_${code}` };
}

/** Whether a refusal of an entry concerns its key, so that entries of other streams may be accepted. */
export const isOfTheKey = (error: unknown): boolean => OF_THE_KEY.has(redisCodeOf(error) ?? '');

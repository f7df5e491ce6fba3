import { ReplyError } from 'ioredis';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { networkReason } from '../../contract/network-reason.js';

/** Login and rights: somebody must mend the settings or the server. */
const AUTH = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM']);
/** The key of this event's stream holds something else. */
const DATA = new Set(['WRONGTYPE']);

export type Failure = Exclude<ItemResult, { kind: 'ok' | 'filtered' }>;

/** The code that the server put before its words, as its protocol has it; undefined when it did not answer. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof ReplyError)) return undefined;
  const [word = ''] = (error as Error).message.split(' ', 1);
  return /^[A-Z]{2,30}$/.test(word) ? word : 'ERR';
}

/** What an error means for the delivery; another try may help with all that is neither login nor data. */
export function failureOf(error: unknown): Failure {
  if (error instanceof DeliveryError && error.result.kind !== 'filtered') return error.result;
  const code = codeOf(error);
  if (code === undefined) return { kind: 'retry', reason: networkReason(error) };
  const kind = AUTH.has(code) ? 'auth' : DATA.has(code) ? 'reject' : 'retry';
  return { kind, reason: `redis_${code}` };
}

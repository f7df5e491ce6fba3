import { CallError } from '../events/call-error.js';
import { type Caller } from './keys/caller.js';
import { type KeyRefusal } from './keys/key-restrictions.js';

/** Who the callers are whom a scope stands for. */
const CALLERS: Record<Caller['kind'], string> = {
  server: 'servers and apps',
  browser: 'web pages',
  pixel: 'pixels',
};

const MESSAGES: Record<Exclude<KeyRefusal, 'revoked' | 'expired'>, (caller: Caller) => string> = {
  source_disabled: () => 'The source of this write key is disabled',
  scope_not_allowed: ({ kind }) =>
    `This write key is not for ${CALLERS[kind]}: give it the scope "${kind}", or use a key that has it`,
  origin_not_allowed: () =>
    'This write key does not allow the origin of this page: add it to the allowed origins of the key',
  address_not_allowed: () =>
    'This write key does not allow calls from this address: add its network to the allowed CIDRs of the key',
};

/** Unknown, revoked and expired keys are refused in the same words: whoever tries keys learns nothing about them. */
export const invalidKey = (): CallError =>
  new CallError('invalid_write_key', 'An invalid write key was provided');

/** What a caller is told, and can do about it, whom a known key does not let pass. */
export const refusalOf = (fault: KeyRefusal, caller: Caller): CallError =>
  fault === 'revoked' || fault === 'expired' ? invalidKey() : new CallError(fault, MESSAGES[fault](caller));

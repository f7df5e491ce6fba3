import { CallError } from '../events/call-error.js';
import { type Caller } from './keys/caller.js';
import { type KeyRefusal } from './keys/key-restrictions.js';

/** The callers of each scope, in words. */
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

/** Unknown, revoked and expired keys are refused in the same words, so that guessing keys reveals nothing. */
export const invalidKey = (): CallError =>
  new CallError('invalid_write_key', 'An invalid write key was provided');

/** The error for a caller that a known key does not admit, with what to change. */
export const refusalOf = (refusal: KeyRefusal, caller: Caller): CallError =>
  refusal === 'revoked' || refusal === 'expired'
    ? invalidKey()
    : new CallError(refusal, MESSAGES[refusal](caller));

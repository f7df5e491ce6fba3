import { hash } from 'node:crypto';
import { type CanonicalEvent } from '../../events/event.js';

const PLAIN = /^[\x20-\x7e]{1,200}$/;

/**
 * The user whose events keep their order where a destination wants it; undefined for an event of nobody. Ids are anything, so
 * one that Postgres would not take or an index would not hold is a hash.
 */
export function orderKeyOf({ userId, anonymousId }: CanonicalEvent): string | undefined {
  const user = userId ?? anonymousId;
  if (typeof user !== 'string' || user === '') return undefined;
  return PLAIN.test(user) ? user : `sha256:${hash('sha256', user, 'base64url')}`;
}

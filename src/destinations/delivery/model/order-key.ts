import { hash } from 'node:crypto';
import { type DeliveryItem } from '../../contract/delivery-item.js';

const PLAIN = /^[\x20-\x7e]{1,200}$/;

/**
 * The user whose events keep their order, for destinations that want order; undefined for an event without a user. An id
 * that Postgres would refuse or an index could not hold is hashed. A replay has an order of its own: neither the replayed
 * nor the new events of a user wait behind a failure of the other.
 */
export function orderKeyOf({ event, replay }: Pick<DeliveryItem, 'event' | 'replay'>): string | undefined {
  const user = event.userId ?? event.anonymousId;
  if (typeof user !== 'string' || user === '') return undefined;
  const key = PLAIN.test(user) ? user : `sha256:${hash('sha256', user, 'base64url')}`;
  return replay === undefined ? key : `${replay}/${key}`;
}

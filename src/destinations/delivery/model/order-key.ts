import { hash } from 'node:crypto';
import { type DeliveryItem } from '../../contract/delivery-item.js';

const PLAIN = /^[\x20-\x7e]{1,200}$/;

/**
 * The user whose events keep their order where a destination wants it; undefined for an event of nobody. Ids are anything, so
 * one that Postgres would not take or an index would not hold is a hash. A replay has an order of its own: neither it nor the
 * user's new events wait behind a failure of the other.
 */
export function orderKeyOf({ event, replay }: Pick<DeliveryItem, 'event' | 'replay'>): string | undefined {
  const user = event.userId ?? event.anonymousId;
  if (typeof user !== 'string' || user === '') return undefined;
  const key = PLAIN.test(user) ? user : `sha256:${hash('sha256', user, 'base64url')}`;
  return replay === undefined ? key : `${replay}/${key}`;
}

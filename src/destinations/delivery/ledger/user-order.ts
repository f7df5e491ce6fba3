import { Injectable } from '@nestjs/common';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type Delivery } from '../model/delivery.js';
import { orderKeyOf } from '../model/order-key.js';
import { untilRecorded } from './recording.js';
import { RetryLedger } from './retry-ledger.js';

/** Something to attempt, with its delivery. */
interface WithDelivery {
  readonly delivery: Delivery;
}

const NO_USERS: ReadonlySet<string> = new Set();

/**
 * Keeps new events behind waiting deliveries of the same user, for types that want order. While Postgres is unavailable such
 * a destination waits: without the ledger it is unknown which users have waiting deliveries.
 */
@Injectable()
export class UserOrder {
  constructor(private readonly ledger: RetryLedger) {}

  /** Order keys of those users in a batch who have waiting deliveries; one query per batch. */
  async waiting(
    { id, limits }: PreparedDestination,
    candidates: readonly WithDelivery[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    if (limits.ordering === 'none' || candidates.length === 0) return NO_USERS;
    const keys = new Set(candidates.flatMap(({ delivery }) => orderKeyOf(delivery.item) ?? []));
    return new Set(await untilRecorded('order', id, signal, () => this.ledger.usersWaiting(id, [...keys])));
  }

  /** The candidates of a probe: the first delivery that may be attempted, and those before it, which are behind. */
  untilFirstFree<C extends WithDelivery>(
    { limits }: PreparedDestination,
    candidates: readonly C[],
    behind: ReadonlySet<string>,
  ): readonly C[] {
    if (limits.ordering === 'none') return candidates.slice(0, 1);
    const first = candidates.findIndex(({ delivery }) => {
      const key = orderKeyOf(delivery.item);
      return key === undefined || !behind.has(key);
    });
    return candidates.slice(0, first + 1);
  }
}

import { Injectable } from '@nestjs/common';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type Eligible } from '../model/eligible.js';
import { orderKeyOf } from '../model/order-key.js';
import { persist } from './persist.js';
import { RetryLedger } from './retry-ledger.js';

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Keeps the events of the log behind those of the same user that wait in the ledger, for types that want order. Where Postgres
 * is away such a destination waits: nobody could say whose events may go.
 */
@Injectable()
export class UserOrder {
  constructor(private readonly ledger: RetryLedger) {}

  /** Order keys of the users of a batch of whom something waits; asked once for a batch. */
  async waiting(
    { id, limits }: PreparedDestination,
    eligible: readonly Eligible[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    if (limits.ordering === 'none' || eligible.length === 0) return NOBODY;
    const keys = new Set(eligible.flatMap(({ delivery }) => orderKeyOf(delivery.item) ?? []));
    return new Set(await persist('order', id, signal, () => this.ledger.usersWaiting(id, [...keys])));
  }

  /** What a probe can be: the first delivery that may be tried, and those before it, which are behind. */
  untilFirstFree(
    { limits }: PreparedDestination,
    eligible: readonly Eligible[],
    behind: ReadonlySet<string>,
  ): readonly Eligible[] {
    if (limits.ordering === 'none') return eligible.slice(0, 1);
    const first = eligible.findIndex(({ delivery }) => {
      const key = orderKeyOf(delivery.item);
      return key === undefined || !behind.has(key);
    });
    return eligible.slice(0, first + 1);
  }
}

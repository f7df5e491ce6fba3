import { type EntityManager } from 'typeorm';
import { discardDeadLetters, discardWaiting } from '../../destinations/delivery/ledger/redelivery.js';
import { Problem } from '../problems/problem.js';

/** Numbers of rows that are deleted with a destination. The dead letters stay on their topic. */
export interface Discarded {
  readonly waiting: number;
  readonly deadLetters: number;
}

/** Keeps new deliveries out: inserting one locks the destination's row, to which it refers. */
const LOCK = 'SELECT FROM destinations WHERE id = $1 FOR UPDATE';

/**
 * Deletes the waiting deliveries and dead letters of a destination. Throws `conflict` when deliveries wait and may not be
 * discarded: their events were acknowledged and have not reached an end.
 */
export async function discardRest(
  manager: EntityManager,
  { id, name }: { readonly id: string; readonly name: string },
  mayDiscard: boolean,
): Promise<Discarded> {
  await manager.query(LOCK, [id]);
  const waiting = await discardWaiting(manager, id);
  if (waiting > 0 && !mayDiscard) {
    const deliveries = waiting === 1 ? '1 delivery waits' : `${waiting} deliveries wait`;
    const detail = `${deliveries} for a retry at ${name}: wait until they end, or discard them with discard=true`;
    throw new Problem('conflict', detail);
  }
  return { waiting, deadLetters: await discardDeadLetters(manager, id) };
}

import { type EntityManager } from 'typeorm';
import { discardDeadLetters, discardWaiting } from '../../destinations/delivery/ledger/redelivery.js';
import { Problem } from '../problems/problem.js';

/** How much goes with a destination; the dead letters stay on their topic. */
export interface Discarded {
  readonly waiting: number;
  readonly deadLetters: number;
}

/** Nothing can come to wait after this: a new row refers to the destination's, which is locked. */
const LOCK = 'SELECT FROM destinations WHERE id = $1 FOR UPDATE';

/**
 * Deletes what lies in Postgres for a destination that is to go. Throws `conflict` where deliveries wait for their next attempt
 * and nobody has said that they may be discarded: they were acknowledged, and have not come to an end.
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
    const detail = `${deliveries} for another attempt at ${name}: let them end, or discard them with discard=true`;
    throw new Problem('conflict', detail);
  }
  return { waiting, deadLetters: await discardDeadLetters(manager, id) };
}

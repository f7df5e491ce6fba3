import { type EntityManager } from 'typeorm';
import { discardDeadLetters, discardWaiting } from '../../destinations/delivery/ledger/redelivery.js';
import { Problem } from '../problems/problem.js';

/** Numbers of rows that are deleted with a destination. The dead letters stay on their topic. */
export interface Discarded {
  readonly waiting: number;
  readonly deadLetters: number;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

const WITH_ROWS = `
  SELECT id FROM destinations d WHERE id = ANY ($1)
    AND (EXISTS (SELECT FROM deliveries WHERE destination_id = d.id)
      OR EXISTS (SELECT FROM dead_letters WHERE destination_id = d.id))`;

/**
 * Deletes the waiting deliveries and dead letters of locked destinations; resolves to their numbers, by id of a destination that
 * had any. Throws `conflict` when deliveries wait and may not be discarded: their events were acknowledged and have not reached
 * an end.
 */
export async function discardRest(
  manager: EntityManager,
  destinations: readonly Named[],
  mayDiscard: boolean,
): Promise<ReadonlyMap<string, Discarded>> {
  const ids = destinations.map(({ id }) => id);
  const found = await manager.query<{ id: string }[]>(WITH_ROWS, [ids]);
  const concerned = new Set(found.map(({ id }) => id));
  const discarded = new Map<string, Discarded>();
  for (const destination of destinations.filter(({ id }) => concerned.has(id)))
    discarded.set(destination.id, await discardRows(manager, destination, mayDiscard));
  return discarded;
}

export const discardedOf = (discarded: ReadonlyMap<string, Discarded>, id: string): Discarded =>
  discarded.get(id) ?? { waiting: 0, deadLetters: 0 };

async function discardRows(
  manager: EntityManager,
  { id, name }: Named,
  mayDiscard: boolean,
): Promise<Discarded> {
  const waiting = await discardWaiting(manager, id);
  if (waiting > 0 && !mayDiscard) {
    const deliveries = waiting === 1 ? '1 delivery waits' : `${waiting} deliveries wait`;
    const detail = `${deliveries} for a retry at ${name}: wait until they end, or discard them with discard=true`;
    throw new Problem('conflict', detail);
  }
  return { waiting, deadLetters: await discardDeadLetters(manager, id) };
}

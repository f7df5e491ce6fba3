import { type EntityManager } from 'typeorm';
import { Problem } from '../problems/problem.js';

/** Numbers of rows that are deleted with a destination. The dead letters stay on their topic. */
export interface Discarded {
  readonly waiting: number;
  readonly deadLetters: number;
}

/** Keeps new deliveries out: inserting one locks the destination's row, to which it refers. */
const LOCK = 'SELECT FROM destinations WHERE id = $1 FOR UPDATE';

const removal = (table: string): string => `
  WITH gone AS (DELETE FROM ${table} WHERE destination_id = $1 RETURNING 1) SELECT count(*)::int AS count FROM gone`;

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
  const waiting = await counted(manager, removal('deliveries'), id);
  if (waiting > 0 && !mayDiscard) {
    const deliveries = waiting === 1 ? '1 delivery waits' : `${waiting} deliveries wait`;
    const detail = `${deliveries} for a retry at ${name}: wait until they end, or discard them with discard=true`;
    throw new Problem('conflict', detail);
  }
  return { waiting, deadLetters: await counted(manager, removal('dead_letters'), id) };
}

async function counted(manager: EntityManager, statement: string, id: string): Promise<number> {
  const [found] = await manager.query<{ count: number }[]>(statement, [id]);
  return found?.count ?? 0;
}

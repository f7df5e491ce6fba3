import { Any, type EntityManager } from 'typeorm';
import { Destination } from '../../database/entities/destination.entity.js';
import { notFound } from '../problems/problem.js';

/**
 * Reads destinations and locks them, in the order of their ids. The worker could otherwise pause one between this reading and
 * the change, and the pause would outlive the change; and a delivery or dead letter could still be added, whose insert locks
 * the destination to which it refers. Throws `not_found` for a destination that the workspace does not have.
 */
export async function lockedDestinations(
  manager: EntityManager,
  workspaceId: string,
  ids: readonly string[],
): Promise<Destination[]> {
  const rows = await manager.find(Destination, {
    where: { id: Any([...ids]), workspaceId },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = found.get(id);
    if (row === undefined) throw notFound('destination', id);
    return row;
  });
}

/** The same for one destination. */
export async function lockedDestination(
  manager: EntityManager,
  workspaceId: string,
  id: string,
): Promise<Destination> {
  const [row] = await lockedDestinations(manager, workspaceId, [id]);
  if (row === undefined) throw notFound('destination', id);
  return row;
}

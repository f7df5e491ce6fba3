import { type EntityManager } from 'typeorm';

/** Selects dead letters of a destination. A dead letter must match all conditions that are given. */
export interface Chosen {
  readonly ids?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  /** Whether they were redelivered before. */
  readonly redelivered?: boolean | undefined;
}

const CHOSEN = `destination_id = $1 AND ($2::text[] IS NULL OR id = ANY ($2)) AND ($3::text IS NULL OR reason = $3)
  AND ($4::boolean IS NULL OR (redelivered_at IS NOT NULL) = $4)`;

/**
 * A redelivery is a separate delivery that is due now; deliveries are inserted in the order of the dead letters. It has no
 * order key, because later events of its user were delivered long ago. Its origin differs from those of the first delivery and
 * of other redeliveries, so that it can become a dead letter again. The header `replay` marks it.
 */
const REDELIVER = `
  WITH chosen AS (
    UPDATE dead_letters SET redelivered_at = now(), redeliveries = redeliveries + 1 WHERE ${CHOSEN}
    RETURNING id, destination_id, message_id, event, headers, redeliveries
  ), due AS (
    INSERT INTO deliveries (destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_reason, headers)
    SELECT destination_id, 'redelivery/' || id || '/' || redeliveries, message_id, event, 0, now(), now(), 'redelivered',
      headers || jsonb_build_object('replay', id)
    FROM chosen ORDER BY id
  )
  SELECT count(*)::int AS count FROM chosen`;

const DISCARD = `
  WITH gone AS (DELETE FROM dead_letters WHERE ${CHOSEN} RETURNING 1) SELECT count(*)::int AS count FROM gone`;

/** Redelivers dead letters. Resolves to their number. */
export const redeliver = (manager: EntityManager, destinationId: string, chosen: Chosen): Promise<number> =>
  counted(manager, REDELIVER, destinationId, chosen);

/** Deletes dead letters. Resolves to their number. */
export const discard = (manager: EntityManager, destinationId: string, chosen: Chosen): Promise<number> =>
  counted(manager, DISCARD, destinationId, chosen);

async function counted(
  manager: EntityManager,
  statement: string,
  destinationId: string,
  { ids, reason, redelivered }: Chosen,
): Promise<number> {
  const parameters = [destinationId, ids ?? null, reason ?? null, redelivered ?? null];
  const [found] = await manager.query<{ count: number }[]>(statement, parameters);
  return found?.count ?? 0;
}

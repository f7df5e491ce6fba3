import { type EntityManager } from 'typeorm';

/** Which dead letters of a destination; all that is given must hold. */
export interface Chosen {
  readonly ids?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  /** Whether they were redelivered before. */
  readonly redelivered?: boolean | undefined;
}

const CHOSEN = `destination_id = $1 AND ($2::text[] IS NULL OR id = ANY ($2)) AND ($3::text IS NULL OR reason = $3)
  AND ($4::boolean IS NULL OR (redelivered_at IS NOT NULL) = $4)`;

/**
 * A redelivery is a delivery of its own, due now, in the order in which the dead letters were made. It has no order key: the
 * user's later events have long passed it. Its origin tells it from the first delivery and from other redeliveries, so that it
 * can become a dead letter again; the header `replay` marks it.
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

/** Sends dead letters on their way again; resolves to how many. */
export const redeliver = (manager: EntityManager, destinationId: string, chosen: Chosen): Promise<number> =>
  counted(manager, REDELIVER, destinationId, chosen);

/** Deletes dead letters; resolves to how many. */
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

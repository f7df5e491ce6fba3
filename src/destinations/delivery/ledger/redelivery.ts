import { type EntityManager } from 'typeorm';
import { COUNT_WAITING } from './retry-statements.js';

/** Which dead letters of a destination; all given conditions must hold, and none means all of them. */
export interface Chosen {
  readonly ids?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  /** Whether they were redelivered before. */
  readonly redelivered?: boolean | undefined;
}

type Transaction = Pick<EntityManager, 'query'>;

const CHOSEN = `destination_id = $1 AND ($2::text[] IS NULL OR id = ANY ($2)) AND ($3::text IS NULL OR reason = $3)
  AND ($4::boolean IS NULL OR (redelivered_at IS NOT NULL) = $4)`;

const COUNT_AS_REDELIVERED = 'redelivered_at = now(), redeliveries = redeliveries + 1';

/**
 * A redelivery is a delivery of its own, due now, in the order in which the dead letters were made. It has no order key:
 * later events of the user were delivered long ago. Its origin is unique to the redelivery, so that it can become a dead
 * letter again; the header `replay` marks it.
 */
const REDELIVER = `
  WITH chosen AS (
    UPDATE dead_letters SET ${COUNT_AS_REDELIVERED} WHERE ${CHOSEN}
    RETURNING id, destination_id, message_id, event, headers, redeliveries
  ), due AS (
    INSERT INTO deliveries (destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_reason, headers)
    SELECT destination_id, 'redelivery/' || id || '/' || redeliveries, message_id, event, 0, now(), now(), 'redelivered',
      headers || jsonb_build_object('replay', id)
    FROM chosen ORDER BY id
  )
  SELECT count(*)::int AS count FROM chosen`;

const MARK_REDELIVERED = `UPDATE dead_letters SET ${COUNT_AS_REDELIVERED} WHERE destination_id = $1 AND id = ANY($2)`;

const DISCARD_DEAD_LETTERS = `
  WITH gone AS (DELETE FROM dead_letters WHERE ${CHOSEN} RETURNING 1) SELECT count(*)::int AS count FROM gone`;

const DISCARD_WAITING = `
  WITH gone AS (DELETE FROM deliveries WHERE destination_id = $1 RETURNING 1) SELECT count(*)::int AS count FROM gone`;

/** Makes waiting deliveries of dead letters, which the sweeper finds; resolves to their number. */
export const redeliver = (on: Transaction, destinationId: string, chosen: Chosen): Promise<number> =>
  counted(on, REDELIVER, parametersOf(destinationId, chosen));

/** How many deliveries of a destination wait for an attempt, counted up to `most`. */
export async function waitingUpTo(on: Transaction, destinationId: string, most: number): Promise<number> {
  const [found] = await on.query<{ rows: number }[]>(COUNT_WAITING, [destinationId, most]);
  return found?.rows ?? 0;
}

/** Counts dead letters as redelivered that a replay sends itself. */
export async function markRedelivered(
  on: Transaction,
  destinationId: string,
  ids: readonly string[],
): Promise<void> {
  await on.query(MARK_REDELIVERED, [destinationId, ids]);
}

/** Deletes dead letters from the index; resolves to their number. They stay on their topic. */
export const discardDeadLetters = (
  on: Transaction,
  destinationId: string,
  chosen: Chosen = {},
): Promise<number> => counted(on, DISCARD_DEAD_LETTERS, parametersOf(destinationId, chosen));

/** Deletes the waiting deliveries of a destination; resolves to their number. */
export const discardWaiting = (on: Transaction, destinationId: string): Promise<number> =>
  counted(on, DISCARD_WAITING, [destinationId]);

const parametersOf = (destinationId: string, { ids, reason, redelivered }: Chosen): unknown[] => [
  destinationId,
  ids ?? null,
  reason ?? null,
  redelivered ?? null,
];

async function counted(on: Transaction, statement: string, parameters: unknown[]): Promise<number> {
  const [found] = await on.query<{ count: number }[]>(statement, parameters);
  return found?.count ?? 0;
}

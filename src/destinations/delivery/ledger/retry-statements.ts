/** The moment in so many ms, by the database's clock. */
const inMs = (ms: string): string => `now() + make_interval(secs => (${ms})::float8 / 1000)`;

const UNCLAIMED = '(d.claimed_until IS NULL OR d.claimed_until < now())';

/** Whether no earlier delivery of the same user is waiting. */
const FIRST = `(d.order_key IS NULL OR NOT EXISTS (
  SELECT FROM deliveries earlier
  WHERE earlier.destination_id = d.destination_id AND earlier.order_key = d.order_key AND earlier.sequence < d.sequence
))`;

export const INSERT = `
  INSERT INTO deliveries (
    id, destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_status, last_reason, order_key, headers,
    replay_id
  )
  SELECT gen_random_uuid(), $1, r.origin, r.message_id, r.event, r.attempt, ${inMs('r.delay')}, now(), r.status, r.reason,
    r.order_key, r.headers::jsonb, r.replay_id
  FROM unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::float8[], $7::int[], $8::text[], $9::text[], $10::text[], $11::text[])
    WITH ORDINALITY
    AS r (origin, message_id, event, attempt, delay, status, reason, order_key, headers, replay_id, place)
  ORDER BY r.place
  ON CONFLICT (destination_id, origin) DO NOTHING
  RETURNING id, destination_id AS "destinationId", attempt, extract(epoch FROM due_at - now())::float8 * 1000 AS "delayMs"`;

/** Reads no more rows than it counts. */
export const COUNT_WAITING = `
  SELECT count(*)::int AS rows FROM (SELECT FROM deliveries WHERE destination_id = $1 LIMIT $2) waiting`;

/** Whether a delivery with an order key waits; reads one entry of the index. */
const anyOrdered = (destinationId: string): string =>
  `EXISTS (SELECT FROM deliveries WHERE destination_id = ${destinationId} AND order_key IS NOT NULL)`;

/** A last row with NULL says that no user of the destination has a waiting delivery at all. */
export const USERS_WAITING = `
  SELECT key FROM unnest($2::text[]) key
  WHERE (SELECT ${anyOrdered('$1')}) AND EXISTS (SELECT FROM deliveries WHERE destination_id = $1 AND order_key = key)
  UNION ALL SELECT NULL WHERE NOT ${anyOrdered('$1')}`;

export const WITHOUT_USERS_WAITING = `SELECT id FROM destinations WHERE NOT ${anyOrdered('destinations.id')}`;

export const FIRST_IN_LINE = `
  SELECT d.id, d.destination_id AS "destinationId", d.attempt, 0 AS "delayMs"
  FROM unnest($2::text[]) key CROSS JOIN LATERAL (
    SELECT * FROM deliveries WHERE destination_id = $1 AND order_key = key ORDER BY sequence LIMIT 1
  ) d
  WHERE d.due_at <= now() AND ${UNCLAIMED}`;

/** Rows that other workers are claiming are skipped, not waited for: a row goes to one worker, and there is no deadlock. */
export const CLAIM = `
  WITH free AS (
    SELECT d.id FROM deliveries d JOIN unnest($2::uuid[], $3::int[]) AS a (id, attempt) USING (id, attempt)
    WHERE d.destination_id = $1 AND ${UNCLAIMED} AND ${FIRST}
    FOR UPDATE OF d SKIP LOCKED
  ), claimed AS (
    UPDATE deliveries SET claimed_until = ${inMs('$4')} WHERE id IN (SELECT id FROM free)
    RETURNING id, attempt, origin, event, first_failed_at, order_key, headers, sequence
  )
  SELECT id, attempt, origin, event, first_failed_at AS "firstFailedAt", order_key AS "orderKey", headers
  FROM claimed ORDER BY sequence`;

/** A locked row is being recorded at this moment, or another worker's. */
export const RENEW = `
  UPDATE deliveries SET claimed_until = ${inMs('$4')}
  WHERE id IN (
    SELECT d.id FROM deliveries d JOIN unnest($2::uuid[], $3::int[]) AS a (id, attempt) USING (id, attempt)
    WHERE d.destination_id = $1 AND d.claimed_until IS NOT NULL
    FOR UPDATE OF d SKIP LOCKED
  )`;

/** Locks the destination before its rows, in the order in which its deletion does: no deadlock. */
const OF_DESTINATION = 'd.destination_id = (SELECT id FROM destinations WHERE id = $1 FOR KEY SHARE)';

export const RESCHEDULE = `
  UPDATE deliveries d
  SET attempt = d.attempt + 1, due_at = ${inMs('r.delay')}, last_status = r.status, last_reason = r.reason, claimed_until = NULL
  FROM unnest($2::uuid[], $3::int[], $4::float8[], $5::int[], $6::text[]) AS r (id, attempt, delay, status, reason)
  WHERE d.id = r.id AND d.attempt = r.attempt AND ${OF_DESTINATION}`;

export const RELEASE = `
  UPDATE deliveries d SET claimed_until = NULL FROM unnest($2::uuid[], $3::int[]) AS a (id, attempt)
  WHERE d.id = a.id AND d.attempt = a.attempt AND ${OF_DESTINATION}`;

/** Deletes ended rows and, in the same statement, counts them: `counting` reads `removed (kind, replay_id)`. */
export const removal = (counting: string): string => `
  WITH removed AS (
    DELETE FROM deliveries d USING unnest($2::uuid[], $3::int[], $4::text[]) AS a (id, attempt, kind)
    WHERE d.id = a.id AND d.attempt = a.attempt AND ${OF_DESTINATION}
    RETURNING a.kind, d.replay_id
  )
  ${counting}`;

export const TAKE_OVERDUE = `
  WITH overdue AS (
    SELECT id FROM deliveries d
    WHERE destination_id = ANY($1) AND due_at < now() - make_interval(secs => $2::float8 / 1000)
      AND ${UNCLAIMED} AND ${FIRST}
    ORDER BY due_at LIMIT $3
    FOR UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE deliveries SET due_at = now() WHERE id IN (SELECT id FROM overdue)
    RETURNING id, destination_id, attempt
  )
  SELECT id, destination_id AS "destinationId", attempt, 0 AS "delayMs" FROM taken`;

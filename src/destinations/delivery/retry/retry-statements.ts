/** In a given number of ms, by the database's clock. */
const inMs = (ms: string): string => `now() + make_interval(secs => (${ms})::float8 / 1000)`;

const UNCLAIMED = '(d.claimed_until IS NULL OR d.claimed_until < now())';

/** Whether nothing of the same user came before and is still there. */
const FIRST = `(d.order_key IS NULL OR NOT EXISTS (
  SELECT FROM deliveries earlier
  WHERE earlier.destination_id = d.destination_id AND earlier.order_key = d.order_key AND earlier.sequence < d.sequence
))`;

export const INSERT = `
  INSERT INTO deliveries (
    id, destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_status, last_reason, order_key, headers
  )
  SELECT gen_random_uuid(), $1, r.origin, r.message_id, r.event, r.attempt, ${inMs('r.delay')}, now(), r.status, r.reason,
    r.order_key, r.headers::jsonb
  FROM unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::float8[], $7::int[], $8::text[], $9::text[], $10::text[])
    WITH ORDINALITY AS r (origin, message_id, event, attempt, delay, status, reason, order_key, headers, place)
  ORDER BY r.place
  ON CONFLICT (destination_id, origin) DO NOTHING
  RETURNING id, destination_id AS "destinationId", attempt, extract(epoch FROM due_at - now())::float8 * 1000 AS "delayMs"`;

export const USERS_WAITING = `
  SELECT key FROM unnest($2::text[]) key
  WHERE EXISTS (SELECT FROM deliveries WHERE destination_id = $1 AND order_key = key)`;

export const FIRST_IN_LINE = `
  SELECT d.id, d.destination_id AS "destinationId", d.attempt, 0 AS "delayMs"
  FROM unnest($2::text[]) key CROSS JOIN LATERAL (
    SELECT * FROM deliveries WHERE destination_id = $1 AND order_key = key ORDER BY sequence LIMIT 1
  ) d
  WHERE d.due_at <= now() AND ${UNCLAIMED}`;

export const CLAIM = `
  WITH claimed AS (
    UPDATE deliveries d SET claimed_until = ${inMs('$3')}
    WHERE id = $1 AND attempt = $2 AND ${UNCLAIMED} AND ${FIRST}
    RETURNING origin, event, first_failed_at, order_key, headers
  )
  SELECT origin, event, first_failed_at AS "firstFailedAt", order_key AS "orderKey", headers FROM claimed`;

export const RESCHEDULE = `
  UPDATE deliveries
  SET attempt = attempt + 1, due_at = ${inMs('$3')}, last_status = $4, last_reason = $5, claimed_until = NULL
  WHERE id = $1 AND attempt = $2`;

export const RELEASE = 'UPDATE deliveries SET claimed_until = NULL WHERE id = $1 AND attempt = $2';

export const REMOVE = 'DELETE FROM deliveries WHERE id = $1 AND attempt = $2';

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

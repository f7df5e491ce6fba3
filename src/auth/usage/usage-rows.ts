import { type DataSource } from 'typeorm';
import { dateOf, type UsageTally } from './tallies.js';

/**
 * The join leaves out keys deleted meanwhile, which would fail the whole statement. Rows are locked in one order: two
 * instances with different orders could deadlock.
 */
const ADD = `INSERT INTO write_key_usage (write_key_id, day, outcome, count, last_at)
  SELECT k.id, t.day, t.outcome, t.count, t.last_at
  FROM unnest($1::text[], $2::date[], $3::text[], $4::bigint[], $5::timestamptz[]) AS t (id, day, outcome, count, last_at)
  JOIN write_keys k ON k.id = t.id
  ORDER BY 1, 2, 3
  ON CONFLICT (write_key_id, day, outcome) DO UPDATE
  SET count = write_key_usage.count + excluded.count, last_at = greatest(write_key_usage.last_at, excluded.last_at)`;

/** Adds counts to the rows of their keys, days and outcomes: all of them or none. */
export async function addUsage(
  database: Pick<DataSource, 'query'>,
  tallies: readonly UsageTally[],
): Promise<void> {
  await database.query(ADD, [
    tallies.map(({ writeKeyId }) => writeKeyId),
    tallies.map(({ day }) => dateOf(day)),
    tallies.map(({ outcome }) => outcome),
    tallies.map(({ count }) => count),
    tallies.map(({ lastAt }) => new Date(lastAt).toISOString()),
  ]);
}

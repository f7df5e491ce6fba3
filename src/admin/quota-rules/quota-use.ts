import { type EntityManager } from 'typeorm';
import { type RowQuota } from '../../config/quotas.js';

/**
 * The rows of a workspace ($1), of a table that may be large: destination by destination, each up to $2. Without that limit
 * Postgres prefers to read the whole table, those of other workspaces too.
 */
const ofDestinations = (table: string, collation: string): string => `
  FROM destinations d CROSS JOIN LATERAL (
    SELECT FROM ${table} r WHERE r.destination_id = d.id COLLATE "${collation}" LIMIT $2
  ) r WHERE d.workspace_id = $1`;

/**
 * The rows of a workspace ($1). Some columns that refer to ids have the collation of the database and not that of ids, and so
 * have their indexes, which serve a comparison only with the same one.
 */
const ROWS: Readonly<Record<RowQuota, string>> = {
  sources: 'FROM sources WHERE workspace_id = $1',
  writeKeys: `FROM sources s JOIN write_keys k ON k.source_id = s.id COLLATE "default" WHERE s.workspace_id = $1`,
  tokens: 'FROM admin_tokens WHERE workspace_id = $1',
  destinations: 'FROM destinations WHERE workspace_id = $1',
  connections: `FROM sources s JOIN connections c ON c.source_id = s.id COLLATE "default" WHERE s.workspace_id = $1`,
  waitingDeliveries: ofDestinations('deliveries', 'default'),
  deadLetters: ofDestinations('dead_letters', 'C'),
  auditEntries: 'FROM audit_log WHERE workspace_id = $1',
};

/**
 * How many rows of each kind a workspace has. Counting stops at `most`, so that its time does not depend on the size
 * of a table.
 */
export async function useOf<Name extends RowQuota>(
  manager: EntityManager,
  workspaceId: string,
  names: readonly Name[],
  most: number,
): Promise<Readonly<Record<Name, number>>> {
  const counts = names.map(
    (name) => `(SELECT count(*)::int FROM (SELECT ${ROWS[name]} LIMIT $2) found) AS "${name}"`,
  );
  const [use] = await manager.query<[Readonly<Record<Name, number>>]>(`SELECT ${counts.join(', ')}`, [
    workspaceId,
    most,
  ]);
  return use;
}

import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { type RequestContext } from '../access/request-context.js';
import { notFound } from '../problems/problem.js';

const DEADLOCK = '40P01';
const MAX_ATTEMPTS = 3;
/** Changes of no workspace, such as those of instance tokens. The number is arbitrary, but unique in the database. */
const INSTANCE_LOCK = 7_283_503;

/**
 * Runs work in a transaction. Changes of different workspaces meet at unique values only, such as two write
 * keys, where two of them may deadlock: Postgres then ends one, which runs again.
 */
export async function changeTransaction<T>(
  database: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isDeadlock(error)) throw error;
    }
  }
}

/**
 * Waits for the other changes of the workspace, and keeps later ones waiting until the commit. Changes of other workspaces do
 * not wait. Throws `not_found` when the workspace was deleted meanwhile.
 */
export async function lockWorkspace(manager: EntityManager, { workspaceId }: RequestContext): Promise<void> {
  if (workspaceId === null) {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [INSTANCE_LOCK]);
    return;
  }
  const rows = await manager.query<unknown[]>('SELECT id FROM workspaces WHERE id = $1 FOR NO KEY UPDATE', [
    workspaceId,
  ]);
  if (rows.length === 0) throw notFound('workspace', workspaceId);
}

const isDeadlock = (error: unknown): boolean =>
  error instanceof QueryFailedError && (error.driverError as { code?: unknown }).code === DEADLOCK;

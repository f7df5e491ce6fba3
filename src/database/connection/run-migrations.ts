import { type DataSource, MigrationExecutor } from 'typeorm';
import { lockUntilCommit } from './advisory-lock.js';
import { connect, type ConnectOptions } from './connect.js';
import { type DatabaseServer } from './data-source.js';
import { DatabaseUnavailable } from './unavailable.js';

/** Against a limit that the operator has set for the role or the database: a migration may rewrite a large table. */
const NO_LIMIT = 'SET LOCAL statement_timeout = 0';

/**
 * Applies pending migrations in one transaction under a lock, so several instances may start at the same time. Uses a
 * separate connection without a limit of silence, because a migration may take long. Returns the names of the applied ones.
 */
export async function runMigrations(server: DatabaseServer, options: ConnectOptions = {}): Promise<string[]> {
  const dataSource = await connect(server, options);
  try {
    return await applyPending(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

function applyPending(dataSource: DataSource): Promise<string[]> {
  return dataSource.transaction(async (manager) => {
    await manager.query(NO_LIMIT);
    await lockUntilCommit(manager, 'migrations');
    const executor = new MigrationExecutor(dataSource, manager.queryRunner);
    executor.transaction = 'all';
    const applied = await executor.executePendingMigrations();
    return applied.map(({ name }) => name);
  });
}

/** Throws when a migration of this version is not applied, as in the empty database of a mistyped address or folder. */
export async function refuseUnmigrated(dataSource: DataSource): Promise<void> {
  const [table] = await dataSource.query<{ exists: boolean }[]>(
    `SELECT to_regclass('migrations') IS NOT NULL AS exists`,
  );
  const rows =
    table?.exists === true ? await dataSource.query<{ name: string }[]>('SELECT name FROM migrations') : [];
  const applied = new Set(rows.map(({ name }) => name));
  const pending = dataSource.migrations.filter((migration) => !applied.has(migration.constructor.name));
  if (pending.length === 0) return;
  const what = applied.size === 0 ? 'has no tables of the product' : 'has tables of an older version';
  throw new DatabaseUnavailable(
    `The database ${what}: check DATABASE_URL and DATA_DIR, then run \`npm run migrate\` (in the image: node dist/src/migrate.js).`,
  );
}

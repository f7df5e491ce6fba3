import { type DataSource, MigrationExecutor } from 'typeorm';
import { lockUntilCommit } from './advisory-lock.js';
import { connect, type ConnectOptions } from './connect.js';
import { type DatabaseServer } from './data-source.js';

/**
 * Brings the tables up to date, all in one transaction under a lock, so that several instances may start at once. Uses a
 * connection of its own that may be silent for as long as a migration takes. Returns the names of what it applied.
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
    await lockUntilCommit(manager, 'migrations');
    const executor = new MigrationExecutor(dataSource, manager.queryRunner);
    executor.transaction = 'all';
    const applied = await executor.executePendingMigrations();
    return applied.map(({ name }) => name);
  });
}

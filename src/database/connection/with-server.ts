import { type Config } from '../../config/config.js';
import { lockDataDir } from '../embedded/data-dir-lock.js';
import { EmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { type DatabaseServer } from './data-source.js';

/** Runs a command on the configured Postgres. The embedded Postgres is started before and stopped afterwards. */
export async function withServer<T>(
  config: Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>,
  run: (server: DatabaseServer) => Promise<T>,
): Promise<T> {
  if (config.DATABASE_URL !== undefined) return run({ url: config.DATABASE_URL });
  const lock = await lockDataDir(config.DATA_DIR);
  try {
    const embedded = await EmbeddedPostgres.start(config.DATA_DIR);
    try {
      return await run(embedded);
    } finally {
      await embedded.stop();
    }
  } finally {
    await lock.release();
  }
}

import { loadConfig } from './config/load-config.js';
import { type Config } from './config/config.js';
import { lockDataDir } from './database/embedded/data-dir-lock.js';
import { EmbeddedPostgres } from './database/embedded/embedded-postgres.js';
import { runMigrations } from './database/run-migrations.js';
import { runOrExplain } from './server/explain.js';

/** `npm run migrate`: brings the tables of the configured database up to date and prints what it applied. */
async function migrate(config: Config): Promise<string[]> {
  if (config.DATABASE_URL !== undefined) return runMigrations({ url: config.DATABASE_URL });
  const lock = await lockDataDir(config.DATA_DIR);
  const embedded = await EmbeddedPostgres.start(config.DATA_DIR);
  try {
    return await runMigrations(embedded);
  } finally {
    await embedded.stop();
    await lock.release();
  }
}

await runOrExplain(async () => {
  const applied = await migrate(loadConfig());
  const lines = applied.length > 0 ? applied.map((name) => `applied ${name}`) : ['nothing to apply'];
  process.stdout.write(`${lines.join('\n')}\n`);
});

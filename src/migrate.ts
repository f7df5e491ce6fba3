import { loadConfig } from './config/load-config.js';
import { runMigrations } from './database/connection/run-migrations.js';
import { withServer } from './database/connection/with-server.js';
import { runOrExplain } from './server/explain.js';

// `npm run migrate`: applies pending migrations to the configured database and prints their names.
await runOrExplain(async () => {
  const applied = await withServer(loadConfig(), runMigrations);
  const lines = applied.length > 0 ? applied.map((name) => `applied ${name}`) : ['nothing to apply'];
  process.stdout.write(`${lines.join('\n')}\n`);
});

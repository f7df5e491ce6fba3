import 'reflect-metadata';
import { type Config } from './config/config.js';
import { loadConfig } from './config/load-config.js';
import { connect } from './database/connection/connect.js';
import { type DatabaseServer } from './database/connection/data-source.js';
import { refuseUnmigrated } from './database/connection/run-migrations.js';
import { withServer } from './database/connection/with-server.js';
import { resealAll, type Resealed } from './destinations/settings/reseal.js';
import { openSecretBox } from './secrets/open-secret-box.js';
import { runOrExplain } from './server/explain.js';

async function reencrypt(
  config: Pick<Config, 'SECRET_KEYS' | 'DATABASE_URL' | 'DATA_DIR'>,
  server: DatabaseServer,
): Promise<Resealed> {
  const box = await openSecretBox(config);
  const database = await connect(server);
  try {
    await refuseUnmigrated(database);
    return await resealAll(database, box);
  } finally {
    await database.destroy();
  }
}

// `npm run reencrypt`: encrypts the secrets of every destination under the first of SECRET_KEYS, also secrets stored in the
// clear by old versions, and prints how many it changed. Exit code 1 when it cannot open some of them.
await runOrExplain(async () => {
  const config = loadConfig();
  const { seen, sealed, unopened } = await withServer(config, (server) => reencrypt(config, server));
  const lines = unopened.map(({ id, problem }) => `cannot open the secrets of ${id}: ${problem}`);
  lines.push(`encrypted the secrets of ${sealed} of ${seen} destinations again`);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (unopened.length > 0) process.exitCode = 1;
});

import 'reflect-metadata';
import { type Config } from './config/config.js';
import { loadConfig } from './config/load-config.js';
import { type Made } from './database/bootstrap.js';
import { runOrExplain } from './server/explain.js';
import { start } from './server/start.js';
import { welcome } from './server/welcome.js';

await runOrExplain(async () => {
  const config = loadConfig();
  const started = await start(config);
  const made = await started.made;
  if (made) process.stdout.write(welcome({ ...started, ...unknownOf(made, config) }));
});

/** What nobody knows yet: output is kept as a log, and a token that was given by the environment has no business there. */
function unknownOf({ writeKey, adminToken }: Made, config: Config): Partial<Made> {
  return {
    ...(config.BOOTSTRAP_WRITE_KEY === undefined && { writeKey }),
    ...(config.BOOTSTRAP_ADMIN_TOKEN === undefined && { adminToken }),
  };
}

import 'reflect-metadata';
import { type Config } from './config/config.js';
import { loadConfig } from './config/load-config.js';
import { type FirstCredentials } from './database/bootstrap.js';
import { runOrExplain } from './server/explain.js';
import { start } from './server/start.js';
import { welcome } from './server/welcome.js';

// `npm start`: the configured roles, with JSON log lines on standard output.
await runOrExplain(async () => {
  const config = loadConfig();
  const started = await start(config);
  const credentials = await started.credentials;
  if (credentials) process.stdout.write(welcome({ ...started, ...generatedOnly(credentials, config) }));
});

/** Standard output is kept as a log, so credentials that the operator chose stay out of it. */
function generatedOnly(credentials: FirstCredentials, config: Config): Partial<FirstCredentials> {
  const { writeKey, adminToken } = credentials;
  return {
    ...(config.BOOTSTRAP_WRITE_KEY === undefined && { writeKey }),
    ...(config.BOOTSTRAP_ADMIN_TOKEN === undefined && { adminToken }),
  };
}

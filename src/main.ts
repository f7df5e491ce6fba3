import 'reflect-metadata';
import { type Config } from './config/config.js';
import { loadConfig } from './config/load-config.js';
import { type FirstCredentials } from './database/bootstrap.js';
import { keepCredentials } from './server/credentials-file.js';
import { runOrExplain } from './server/explain.js';
import { start } from './server/start.js';
import { welcome } from './server/welcome.js';

// `npm start`: the configured roles, with JSON log lines on standard output.
await runOrExplain(async () => {
  const config = loadConfig();
  const started = await start(config);
  const credentials = await started.credentials;
  if (credentials === undefined) return;
  const generated = generatedOnly(credentials, config);
  const isKept = !process.stdout.isTTY && Object.keys(generated).length > 0;
  const shown = isKept ? { file: await keepCredentials(started.dataDir, generated) } : generated;
  process.stdout.write(welcome({ ...started, ...shown }));
});

/** The operator knows the credentials that it chose: they are neither shown nor written to a file. */
function generatedOnly(credentials: FirstCredentials, config: Config): Partial<FirstCredentials> {
  const { writeKey, adminToken } = credentials;
  return {
    ...(config.BOOTSTRAP_WRITE_KEY === undefined && { writeKey }),
    ...(config.BOOTSTRAP_ADMIN_TOKEN === undefined && { adminToken }),
  };
}

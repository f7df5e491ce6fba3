import { type Config } from '../config/config.js';
import { type FirstCredentials } from '../database/bootstrap.js';
import { type SupervisorLink } from '../workers/supervisor-link.js';
import { keepCredentials } from './credentials-file.js';
import { start } from './start.js';
import { welcome } from './welcome.js';

/** Runs the configured roles in this process, a worker or the only one, and greets the operator of a first start. */
export async function serve(config: Config, link?: SupervisorLink): Promise<void> {
  const started = await start(config, link);
  link?.started();
  const credentials = await started.credentials;
  if (credentials === undefined) return;
  const generated = generatedOnly(credentials, config);
  const isKept = !process.stdout.isTTY && Object.keys(generated).length > 0;
  const shown = isKept ? { file: await keepCredentials(started.dataDir, generated) } : generated;
  process.stdout.write(welcome({ ...started, ...shown }));
}

/** The operator knows the credentials that it chose: they are neither shown nor written to a file. */
function generatedOnly(credentials: FirstCredentials, config: Config): Partial<FirstCredentials> {
  const { writeKey, adminToken } = credentials;
  return {
    ...(config.BOOTSTRAP_WRITE_KEY === undefined && { writeKey }),
    ...(config.BOOTSTRAP_ADMIN_TOKEN === undefined && { adminToken }),
  };
}

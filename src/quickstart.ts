import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environment, loadConfig } from './config/load-config.js';
import { runOrExplain } from './server/explain.js';
import { start, type Started } from './server/start.js';
import { welcome } from './server/welcome.js';

type Credentials = Pick<Started, 'writeKey' | 'adminToken'>;

/**
 * The first command: the product with lines for a person instead of logs, and a note of its first credentials in the data
 * folder (readable by its owner only), so that the second start can show them again.
 */
await runOrExplain(async () => {
  const started = await start(loadConfig({ LOG_LEVEL: 'warn', ...environment() }));
  const note = join(started.dataDir, 'quickstart.json');
  const { writeKey, adminToken } = started;
  if (started.madeHere) await writeFile(note, JSON.stringify({ writeKey, adminToken }), { mode: 0o600 });
  const credentials = JSON.parse(await readFile(note, 'utf8').catch(() => '{}')) as Credentials;
  process.stdout.write(welcome({ ...started, ...credentials }));
});

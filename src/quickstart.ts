import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environment, loadConfig } from './config/load-config.js';
import { type Made } from './database/bootstrap.js';
import { runOrExplain } from './server/explain.js';
import { start } from './server/start.js';
import { welcome } from './server/welcome.js';

/**
 * The first command: the product with lines for a person instead of logs, and a note of its first credentials in the data
 * folder (readable by its owner only), so that the second start can show them again.
 */
await runOrExplain(async () => {
  const started = await start(loadConfig({ LOG_LEVEL: 'warn', ...environment() }));
  const note = join(started.dataDir, 'quickstart.json');
  const made = await started.made;
  if (made) await writeFile(note, JSON.stringify(made), { mode: 0o600 });
  const credentials = JSON.parse(await readFile(note, 'utf8').catch(() => '{}')) as Partial<Made>;
  process.stdout.write(welcome({ ...started, ...credentials }));
});

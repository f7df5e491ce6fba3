import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from './config/environment.js';
import { loadConfig } from './config/load-config.js';
import { type FirstCredentials } from './database/bootstrap.js';
import { runOrExplain } from './server/explain.js';
import { start } from './server/start.js';
import { welcome } from './server/welcome.js';

// `npm run quickstart`: the product with text for a person instead of log lines. The first credentials are kept in the data
// directory, readable by its owner only, so that later starts can show them again.
await runOrExplain(async () => {
  const started = await start(loadConfig({ LOG_LEVEL: 'warn', ...environment() }));
  const note = join(started.dataDir, 'quickstart.json');
  const created = await started.credentials;
  if (created) await writeFile(note, JSON.stringify(created), { mode: 0o600 });
  const stored = JSON.parse(await readFile(note, 'utf8').catch(() => '{}')) as Partial<FirstCredentials>;
  process.stdout.write(welcome({ ...started, ...stored }));
});

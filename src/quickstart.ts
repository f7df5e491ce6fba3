import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { environment } from './config/environment.js';
import { loadConfig } from './config/load-config.js';
import { type FirstCredentials } from './database/bootstrap.js';
import { credentialsFile, keepCredentials } from './server/credentials-file.js';
import { runOrExplain } from './server/explain.js';
import { start } from './server/start.js';
import { welcome } from './server/welcome.js';

// `npm run quickstart`: the product with text for a person instead of log lines. The first credentials are kept in the data
// directory, readable by its owner only, so that later starts can show them again on a terminal.
await runOrExplain(async () => {
  const started = await start(loadConfig({ LOG_LEVEL: 'warn', ...environment() }));
  const created = await started.credentials;
  if (created) await keepCredentials(started.dataDir, created);
  const file = credentialsFile(started.dataDir);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const stored = JSON.parse(text ?? '{}') as Partial<FirstCredentials>;
  const shown = process.stdout.isTTY ? stored : text !== undefined && { file };
  process.stdout.write(welcome({ ...started, ...shown }));
});

import 'reflect-metadata';
import { loadConfig } from './config/load-config.js';
import { runOrExplain } from './server/explain.js';
import { start } from './server/start.js';
import { welcome } from './server/welcome.js';

await runOrExplain(async () => {
  const started = await start(loadConfig());
  if (started.madeHere) process.stdout.write(welcome(started));
});

import 'reflect-metadata';
import { loadConfig } from './config/load-config.js';
import { workersOf } from './config/workers.js';
import { runOrExplain } from './server/explain.js';

// `npm start`: the configured roles, with JSON log lines on standard output.
await runOrExplain(async () => {
  const config = loadConfig();
  const workers = workersOf(config);
  // On demand: a supervisor serves no call and needs none of the code for it.
  if (workers > 1) await (await import('./workers/supervise.js')).supervise(workers, config);
  else await (await import('./server/serve.js')).serve(config);
});

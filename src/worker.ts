import 'reflect-metadata';
import { loadConfig } from './config/load-config.js';
import { shareOf } from './config/workers.js';
import { runOrExplain } from './server/explain.js';
import { serve } from './server/serve.js';
import { placeIn } from './workers/messages.js';
import { SupervisorLink } from './workers/supervisor-link.js';

// A worker, which the supervisor starts (DESIGN 5.1).
const link = new SupervisorLink(placeIn(process.argv));
await runOrExplain(
  () => serve(shareOf(loadConfig(), link.place), link),
  (sentence) => link.failed(sentence),
);

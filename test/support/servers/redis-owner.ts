import { startRedis } from './redis.js';

// A process for tests to kill: it owns a Redis, prints its address, and would go on for ever.
const { url } = await startRedis();
process.stdout.write(`${url}\n`);
setInterval(() => undefined, 60_000);

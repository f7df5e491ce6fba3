import { startRedis } from './redis.js';

// A process for tests to kill: it owns a Redis, prints the URL, and runs until it is killed.
const { url } = await startRedis();
process.stdout.write(`${url}\n`);
setInterval(() => undefined, 60_000);

import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { trackedKeyOf } from '../../src/deduplication/tracked-message.js';
import { type DeduplicationStore } from '../../src/deduplication/deduplication-store.js';
import { LocalIds } from '../../src/deduplication/local/local-ids.js';
import { RedisIds } from '../../src/deduplication/redis-ids.js';
import { startRedis } from '../support/servers/redis.js';

/**
 * Cost of the ids of a million messages in each store: memory, disk and time.
 * Run:
 * node test/support/run-typescript.mjs test/bench/deduplication-memory.ts
 */
const IDS = 1_000_000;
const BATCH = 2_500;
const WINDOW_MS = 86_400_000;
const MIB = 1_048_576;

const say = (line: string) => process.stdout.write(`${line}\n`);

async function fill(name: string, store: DeduplicationStore): Promise<void> {
  await store.check();
  const cpu = process.cpuUsage();
  const started = performance.now();
  let longest = 0;
  for (let done = 0; done < IDS; done += BATCH) {
    const keys = Array.from({ length: BATCH }, () => trackedKeyOf(randomUUID()));
    const before = performance.now();
    await store.claim(keys);
    await store.confirm(keys);
    longest = Math.max(longest, performance.now() - before);
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const perId = ((user + system) / IDS).toFixed(1);
  say(
    `${name}: ${IDS} ids in ${seconds} s, ${perId} µs of CPU per id, longest call of ${BATCH}: ${longest.toFixed(0)} ms`,
  );
}

async function measureLocal(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
  const options = { directory, windowMs: WINDOW_MS, maxBytes: 1e9, now: Date.now };
  const store = new LocalIds(options);
  const before = process.memoryUsage().arrayBuffers;
  await fill('local', store);
  const memory = (process.memoryUsage().arrayBuffers - before) / MIB;
  const files = await Promise.all((await readdir(directory)).map((name) => stat(join(directory, name))));
  const disk = files.reduce((sum, { size }) => sum + size, 0) / MIB;
  await store.close();
  const started = performance.now();
  const reopened = new LocalIds(options);
  await reopened.check();
  const load = Math.round(performance.now() - started);
  say(
    `local: ${memory.toFixed(0)} MiB of memory, ${disk.toFixed(0)} MiB on disk, loaded at start in ${load} ms`,
  );
  await reopened.close();
  await rm(directory, { recursive: true });
}

async function measureRedis(): Promise<void> {
  const server = await startRedis();
  const reader = new Redis(server.url);
  const used = async () => Number(/used_memory:(\d+)/.exec(await reader.info('memory'))?.[1]) / MIB;
  const before = await used();
  const store = new RedisIds(server.url, WINDOW_MS);
  await fill('Redis', store);
  say(`Redis: ${((await used()) - before).toFixed(0)} MiB of memory`);
  await store.close();
  reader.disconnect();
  await server.stop();
}

await measureLocal();
await measureRedis();

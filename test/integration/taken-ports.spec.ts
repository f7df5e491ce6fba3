import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { startChild } from '../support/child.js';
import { startKafka } from '../support/servers/kafka.js';
import { type OwnServer } from '../support/servers/lifecycle/runner.js';
import { portRange } from '../support/servers/loopback-port.js';
import { startPostgres } from '../support/servers/postgres.js';
import { startRedis } from '../support/servers/redis.js';

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

it('twenty servers start beside a process that takes and releases ports of the same range', async () => {
  const { first, count } = portRange();
  const module = join(import.meta.dirname, '../support/servers/port-churn.ts');
  const churn = await startChild(module, [String(first), String(count)]);
  disposals.push(() => churn.kill());
  const startAndStop = async (times: number, start: () => Promise<OwnServer>) => {
    for (let n = 0; n < times; n += 1) await (await start()).stop();
  };
  await Promise.all([
    startAndStop(4, startKafka),
    startAndStop(8, startPostgres),
    startAndStop(8, startRedis),
  ]);
}, 170_000);

it('a restart on a taken port fails clearly, even when the other process answers, and works once the port is free', async () => {
  const server = await startRedis();
  disposals.push(() => server.stop());
  await server.kill();
  const other = createServer((socket) => socket.end('+PONG\r\n')).listen(
    Number(new URL(server.url).port),
    '127.0.0.1',
  );
  disposals.push(() => Promise.resolve(other.close()));
  await once(other, 'listening');
  await expect(server.restart()).rejects.toThrow(/Redis ended during its start:[^]*Address already in use/);
  other.close();
  await once(other, 'close');
  await server.restart();
  const redis = new Redis(server.url);
  disposals.push(() => redis.quit());
  expect(await redis.ping()).toBe('PONG');
});

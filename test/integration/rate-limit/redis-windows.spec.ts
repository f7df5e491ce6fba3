import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Limit } from '../../../src/auth/rate-limit/rate-limiter.js';
import { RedisWindows } from '../../../src/auth/rate-limit/redis-windows.js';
import { SharedRateLimiter } from '../../../src/auth/rate-limit/shared-rate-limiter.js';
import { rateLimitLocal } from '../../../src/metrics/counters.js';
import { eventually } from '../../support/eventually.js';
import { type RedisServer, startRedis } from '../../support/servers/redis.js';

Logger.overrideLogger(false);

let server: RedisServer;
let client: Redis;
const closing: { close(): Promise<void> }[] = [];

beforeAll(async () => void (server = await startRedis()));
afterAll(() => server.stop());
beforeEach(async () => {
  client = new Redis(server.url);
  await client.flushall();
});
afterEach(async () => {
  client.disconnect();
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

const limiter = async () => {
  const made = new SharedRateLimiter(new RedisWindows(server.url));
  closing.push(made);
  await made.open();
  return made;
};
const limit = (perSecond: number): Limit => ({ name: `key:${randomUUID()}`, perSecond });
const judgedHere = async () => (await rateLimitLocal.get()).values[0]?.value ?? 0;

/** Runs it until it lay in one window, and no instance had to judge on its own because this machine was busy. */
const inOneWindow = (run: () => Promise<unknown>) =>
  eventually(async () => {
    const before = [(await client.time())[0], await judgedHere()];
    const outcome = run();
    await outcome.catch(() => undefined);
    expect([(await client.time())[0], await judgedHere()]).toEqual(before);
    await outcome;
  });

const together = async (limiters: readonly SharedRateLimiter[], calls: number, limits: readonly Limit[]) => {
  const grants = limiters.flatMap((one) => Array.from({ length: calls }, () => one.take(limits)));
  return (await Promise.all(grants)).filter(({ granted }) => granted).length;
};

describe('limits in Redis', () => {
  it('are shared: several instances admit together what one may, in each second', async () => {
    const limiters = [await limiter(), await limiter(), await limiter()];
    const limits = [limit(100)];
    for (let second = 0; second < 3; second += 1) {
      await inOneWindow(async () => expect(await together(limiters, 200, limits)).toBe(100));
      await eventually(async () => expect(await client.keys('*')).toEqual([]));
    }
  });

  it('count a call against all of its limits or none', async () => {
    const one = await limiter();
    await inOneWindow(async () => {
      const [key, other, workspace] = [limit(2), limit(50), limit(5)];
      expect(await together([one], 10, [key, workspace])).toBe(2);
      expect(await together([one], 10, [other, workspace])).toBe(3);
      const refused = { granted: false, name: workspace.name, limit: 5, remaining: 0, resetSeconds: 1 };
      expect(await one.take([other, workspace])).toEqual(refused);
      expect(await one.take([other])).toMatchObject({ granted: true, name: other.name, remaining: 46 });
    });
  });

  it('leave Redis by themselves, and stand under one prefix in one slot', async () => {
    await together([await limiter()], 5, [limit(3), limit(3)]);
    const keys = await client.keys('*');
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(key).toMatch(/^tl:\{limits\}:key:/);
    await eventually(async () => expect(await client.keys('*')).toEqual([]));
  });

  it('are judged by each instance on its own while Redis is away or hangs, and together again afterwards', async () => {
    const limiters = [await limiter(), await limiter()];
    for (const outage of ['kill', 'freeze'] as const) {
      const limits = [limit(20)];
      const before = await judgedHere();
      await server[outage]();
      await eventually(async () => expect(await together(limiters, 30, limits)).toBe(40));
      expect(await judgedHere()).toBeGreaterThan(before);
      server.thaw();
      await server.restart();
      await inOneWindow(async () => expect(await together(limiters, 30, [limit(20)])).toBe(20));
    }
  });
});

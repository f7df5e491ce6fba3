import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { trackedKeyOf } from '../../../src/deduplication/tracked-message.js';
import { Deduplication } from '../../../src/deduplication/deduplication.js';
import { GuardedStore } from '../../../src/deduplication/guarded-store.js';
import { RedisIds } from '../../../src/deduplication/redis-ids.js';
import { deduplicationSkipped } from '../../../src/metrics/counters.js';
import { eventually } from '../../support/eventually.js';
import { publishFresh } from '../../support/publish-fresh.js';
import { type RedisServer, startRedis } from '../../support/servers/redis.js';

Logger.overrideLogger(false);

const WINDOW_MS = 3_600_000;
const newKeys = (count: number) => Array.from({ length: count }, () => trackedKeyOf(randomUUID()));
const messages = (...ids: string[]) => ids.map((messageId) => ({ messageId }));
const skipped = async () => (await deduplicationSkipped.get()).values[0]?.value ?? 0;

describe('RedisIds', () => {
  let server: RedisServer;
  const closing: { close(): Promise<void> }[] = [];
  const open = async (windowMs = WINDOW_MS) => {
    const store = new RedisIds(server.url, windowMs);
    closing.push(store);
    await store.check();
    return store;
  };
  const collector = async () => {
    const store = new GuardedStore(new RedisIds(server.url, WINDOW_MS));
    await store.open();
    const deduplication = new Deduplication(store);
    closing.push(deduplication);
    return deduplication;
  };

  beforeAll(async () => void (server = await startRedis()));
  afterAll(() => server.stop());
  afterEach(() => Promise.all(closing.splice(0).map((one) => one.close())));

  it('gives an id to one of two collectors, with one script per call', async () => {
    const [one, other] = [await open(), await open()];
    const keys = newKeys(2_500);
    const states = await Promise.all([one.claim(keys), other.claim(keys)]);
    const got = keys.map((_, index) => states.map((all) => all[index]).toSorted());
    expect(new Set(got.map((both) => both.join(' ')))).toEqual(new Set(['claimed pending']));
    await one.confirm(keys);
    expect(new Set(await other.claim(keys))).toEqual(new Set(['confirmed']));
  });

  it('gives a released id to the next claim, and keeps ids that another collector has confirmed', async () => {
    const [one, other] = [await open(), await open()];
    const keys = newKeys(2);
    await one.claim(keys);
    await other.confirm(keys.slice(1));
    await one.release(keys);
    expect(await other.claim(keys)).toEqual(['claimed', 'confirmed']);
  });

  it('drops every id at the end of its window', async () => {
    const store = await open(200);
    const keys = newKeys(3);
    await store.claim(keys);
    await store.confirm(keys);
    expect(await store.claim(keys)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    await eventually(async () => expect(await store.claim(keys)).toEqual(['claimed', 'claimed', 'claimed']));
  });

  it('drops an unconfirmed claim within ten seconds', async () => {
    const store = await open();
    const [key = Buffer.alloc(0)] = newKeys(1);
    await store.claim([key]);
    const reader = new Redis(server.url);
    const ttl = await reader.pttl(Buffer.concat([Buffer.from('td:'), key]));
    reader.disconnect();
    expect(ttl).toBeGreaterThan(8_000);
    expect(ttl).toBeLessThanOrEqual(10_000);
  });

  it('publishes messages once that two collectors receive concurrently', async () => {
    const collectors = [await collector(), await collector()];
    for (let round = 0; round < 20; round += 1) {
      const ids = Array.from({ length: 50 }, (_, index) => `${round}-${index}`);
      const published: string[] = [];
      const publish = async (batch: readonly { messageId: string }[]) => {
        await sleep(1);
        published.push(...batch.map(({ messageId }) => messageId));
      };
      const orders = [ids, ids.toReversed(), ids];
      await Promise.all(
        orders.map((order, index) =>
          publishFresh(collectors[index % 2]!, 'source', messages(...order), publish),
        ),
      );
      expect(published.toSorted()).toEqual(ids.toSorted());
    }
  });

  it.each(['killed', 'frozen'] as const)(
    'skips and counts messages while Redis is %s, delays no call, and recovers without help',
    async (state) => {
      const deduplication = await collector();
      const published: string[] = [];
      const publish = (batch: readonly { messageId: string }[]) => {
        published.push(...batch.map(({ messageId }) => messageId));
        return Promise.resolve();
      };
      const send = (...ids: string[]) =>
        publishFresh(deduplication, `source ${state}`, messages(...ids), publish);
      await send('before');
      const count = await skipped();
      if (state === 'killed') await server.kill();
      else server.freeze();

      const started = performance.now();
      for (let call = 0; call < 50; call += 1) await send('before', 'during');
      expect(performance.now() - started).toBeLessThan(1_500);
      expect(published).toHaveLength(101);
      expect((await skipped()) - count).toBe(100);

      if (state === 'killed') await server.restart();
      else server.thaw();
      await eventually(async () => {
        published.length = 0;
        await send('after');
        await send('after');
        expect(published).toEqual([]);
      });
    },
  );
});

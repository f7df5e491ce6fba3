import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { startPostgres } from '../../support/servers/postgres.js';
import { startRedis } from '../../support/servers/redis.js';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

describe('delivery during an outage', () => {
  it('starts, delivers and retries without Redis, only later, and uses Redis once it is available', async () => {
    const redis = await startRedis();
    await redis.kill();
    const rig = await DeliveryRig.prepare({ REDIS_URL: redis.url });
    try {
      receiver.answer = { status: 500 };
      await rig.destination('webhook', { url: receiver.url });
      await rig.start();
      const [event] = await rig.publish();
      await eventually(async () => expect(await rig.waiting()).toHaveLength(1));
      receiver.answer = { status: 200 };
      await eventually(() => expect(receiver.events()).toEqual([event, event]), 15_000);

      await redis.restart();
      receiver.answer = { status: 500, headers: { 'retry-after': '60' } };
      const client = new Redis(redis.url);
      // Of another user each time: later events of one user wait behind the first without a timer.
      await eventually(async () => {
        await rig.publish(1, { userId: randomUUID() });
        expect(await client.keys('tributary:delivery-retries:*:1')).not.toEqual([]);
      });
      client.disconnect();
    } finally {
      await rig.dispose();
      await redis.stop();
    }
  });

  it('stops while Redis is unavailable', async () => {
    const redis = await startRedis();
    const rig = await DeliveryRig.prepare({ REDIS_URL: redis.url });
    try {
      await rig.destination('webhook', { url: receiver.url });
      await rig.start();
      await redis.kill();
      await rig.publish();
      await eventually(() => expect(receiver.requests).toHaveLength(1));
    } finally {
      await rig.dispose();
      await redis.stop();
    }
  });

  it('waits for Postgres with failed deliveries, goes on with successful ones, and repeats none', async () => {
    const postgres = await startPostgres();
    const healthy = await startReceiver();
    const rig = await DeliveryRig.prepare({ DATABASE_URL: postgres.url });
    try {
      receiver.answer = { status: 500 };
      const failing = await rig.destination('webhook', { url: receiver.url });
      await rig.destination('webhook', { url: healthy.url });
      await rig.start();
      await postgres.kill();
      await rig.publish(1, { event: 'first' });
      await eventually(() => expect(receiver.requests).toHaveLength(1));
      await rig.publish(1, { event: 'second' });
      await eventually(() => expect(healthy.events().map(({ event }) => event)).toEqual(['first', 'second']));
      expect(rig.position(failing)).toBe(0);
      expect(receiver.requests).toHaveLength(1);

      receiver.answer = { status: 200 };
      await postgres.restart();
      await eventually(
        () =>
          expect(
            receiver
              .events()
              .map(({ event }) => event)
              .sort(),
          ).toEqual(['first', 'first', 'second']),
        20_000,
      );
      await eventually(async () => expect(await rig.waiting()).toEqual([]));
      expect(healthy.requests).toHaveLength(2);
    } finally {
      await rig.dispose();
      await healthy.close();
      await postgres.stop();
    }
  });

  it('keeps a dead letter until the log accepts it, once', async () => {
    const rig = await DeliveryRig.prepare();
    try {
      receiver.answer = { status: 400 };
      const id = await rig.destination('webhook', { url: receiver.url });
      await rig.start();
      await rig.publish();
      rig.log.away = true;
      await eventually(() => expect(receiver.requests).toHaveLength(1));
      expect(rig.position(id)).toBe(0);
      rig.log.away = false;
      await eventually(() => expect(rig.position(id)).toBe(1));
      expect(rig.deadLetters()).toHaveLength(1);
      expect(receiver.requests).toHaveLength(1);
    } finally {
      await rig.dispose();
    }
  });

  it('starts without the log, and misses no event published before its consumer starts', async () => {
    const rig = await DeliveryRig.prepare();
    try {
      await rig.destination('webhook', { url: receiver.url });
      rig.log.away = true;
      await rig.start();
      rig.log.away = false;
      const [event] = await rig.publish();
      expect(rig.log.next.size).toBe(0);
      await eventually(() => expect(receiver.events()).toEqual([event]));
    } finally {
      await rig.dispose();
    }
  });

  it('lets a hanging destination delay only itself, with new events and with retries', async () => {
    const healthy = await startReceiver();
    const rig = await DeliveryRig.prepare();
    try {
      healthy.answer = () => ({ status: healthy.requests.length <= 20 ? 500 : 200 });
      receiver.answer = 'hang';
      const hanging = await rig.destination('webhook', { url: receiver.url });
      await rig.destination('webhook', { url: healthy.url });
      await rig.start();
      await rig.sql(
        `INSERT INTO deliveries (destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_reason)
         SELECT $1, 'old/0/' || n, 'm', '{"type":"track","messageId":"m"}', 1, now() - interval '1 h', now(), 'http_500'
         FROM generate_series(1, 100) n`,
        [hanging],
      );
      await eventually(() => expect(receiver.requests.length).toBeGreaterThanOrEqual(16));
      await rig.publish(50, () => ({ userId: randomUUID() }));
      await eventually(
        () => expect(new Set(healthy.events().map(({ messageId }) => messageId)).size).toBe(50),
        5_000,
      );
      await eventually(() => expect(healthy.requests).toHaveLength(70), 5_000);
      expect(rig.position(hanging)).toBe(0);
    } finally {
      await rig.dispose();
      await healthy.close();
    }
  });
});

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { redisStream } from '../../../src/destinations/handlers/redis-stream/redis-stream.handler.js';
import { stringifyJson } from '../../../src/events/exact-json.js';
import { type Authority, makeAuthority } from '../../support/certificates.js';
import { anEvent } from '../../support/events.js';
import { type RedisServer, startRedis } from '../../support/servers/redis.js';
import { deliveriesOf, Framework } from './framework.js';

const handler = redisStream as unknown as Handler;
const DELIVERED = { kind: 'delivered' };

let server: RedisServer;
let owner: Redis;
let stream: string;
const open: Framework[] = [];

function framework(settings: object = {}, allowed?: string): Framework {
  const made = new Framework(handler, { url: server.url, stream, ...settings }, {}, allowed);
  open.push(made);
  return made;
}

const outcomeWith = async (settings: object) =>
  (await framework(settings).attempt(deliveriesOf([anEvent()])))[0];

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await startRedis();
  owner = new Redis(server.url);
});
beforeEach(() => {
  stream = `test:${randomUUID()}`;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(async () => {
  owner.disconnect();
  await server.stop();
});

describe('entries of a Redis stream', () => {
  it('have the message id, the type, and the event byte for byte', async () => {
    const event = anEvent({ userId: 'ü\u0000\n"', properties: { id: 18446744073709551615n } });
    const json = ` ${stringifyJson(event)}\n`;
    expect(await framework().attempt(deliveriesOf([event], () => json))).toEqual([DELIVERED]);
    const [[, fields]] = (await owner.xrange(stream, '-', '+')) as [[string, string[]]];
    expect(fields).toEqual(['messageId', event.messageId, 'type', 'track', 'event', json]);
  });

  it('go to streams named after type and source, in the order of each user', async () => {
    const events = Array.from({ length: 300 }, (_, n) =>
      anEvent({ userId: `u${n % 3}`, projectId: 'src_a' }),
    );
    await framework({ stream: `${stream}:{source}:{type}` }).attempt(deliveriesOf(events));
    const entries = await owner.xrange(`${stream}:src_a:track`, '-', '+');
    for (const user of ['u0', 'u1', 'u2']) {
      const arrived = entries.map(([, fields]) => fields[1]);
      const wanted = events.filter(({ userId }) => userId === user).map(({ messageId }) => messageId);
      expect(arrived.filter((id) => wanted.includes(id!))).toEqual(wanted);
    }
  });

  it('are trimmed to about the length of the settings', async () => {
    const events = Array.from({ length: 1_000 }, () => anEvent());
    await framework({ maxLength: 100 }).attempt(deliveriesOf(events));
    const length = await owner.xlen(stream);
    expect(length).toBeGreaterThanOrEqual(100);
    expect(length).toBeLessThan(1_000);
  });

  it('are kept apart for two sources with the same message id, and are added again when the time is over', async () => {
    const events = ['src_a', 'src_b'].map((projectId) => anEvent({ projectId, messageId: 'm' }));
    const one = framework({ deduplicationSeconds: 600 });
    await one.attempt(deliveriesOf([...events, ...events]));
    expect(await owner.xlen(stream)).toBe(2);
    expect(await owner.ttl(`${stream}:seen:src_a:m`)).toBeGreaterThan(590);
    await owner.del(`${stream}:seen:src_a:m`);
    await one.attempt(deliveriesOf(events));
    expect(await owner.xlen(stream)).toBe(3);
  });

  it('go to the database of the address, and to no other when it does not exist', async () => {
    expect(await outcomeWith({ url: `${server.url}/5` })).toEqual(DELIVERED);
    expect(await owner.xlen(stream)).toBe(0);
    const other = new Redis(`${server.url}/5`);
    expect(await other.xlen(stream)).toBe(1);
    other.disconnect();
    expect(await outcomeWith({ url: `${server.url}/500` })).toEqual({
      kind: 'held',
      auth: true,
      reason: 'missing_database',
    });
    expect(await owner.xlen(stream)).toBe(0);
  });
});

describe('a Redis that is not set up', () => {
  it('is retried while its memory is full', async () => {
    await owner.config('SET', 'maxmemory', '1');
    try {
      expect(await outcomeWith({})).toMatchObject({ kind: 'retry', reason: 'redis_OOM' });
      expect(await outcomeWith({ deduplicationSeconds: 60 })).toMatchObject({
        kind: 'retry',
        reason: 'redis_OOM',
      });
    } finally {
      await owner.config('SET', 'maxmemory', '0');
    }
    expect(await outcomeWith({ deduplicationSeconds: 60 })).toEqual(DELIVERED);
  });

  it.each([{}, { deduplicationSeconds: 60 }])(
    'waits while its key holds another type, with %j',
    async (more) => {
      await owner.set('test:other', 'text');
      const settings = { stream: 'test:other', ...more };
      expect(await outcomeWith(settings)).toEqual({ kind: 'held', auth: true, reason: 'redis_WRONGTYPE' });
      await owner.del('test:other');
      expect(await outcomeWith(settings)).toEqual(DELIVERED);
    },
  );

  it.each([
    ['another type', 'redis_WRONGTYPE', {}],
    ['no rights', 'redis_NOPERM', { username: 'tracker', password: 'good' }],
  ])('refuses only the events whose own stream has %s', async (_, reason, login) => {
    await owner.acl('SETUSER', 'tracker', 'on', '>good', '~test:track', '+xadd');
    await owner.set('test:page', 'text');
    const one = new Framework(handler, { url: server.url, stream: 'test:{type}', ...login });
    const given = deliveriesOf([anEvent({ type: 'page' }), anEvent(), anEvent({ type: 'page' })]);
    const dead = { kind: 'dead', reason };
    expect(await one.attempt(given)).toEqual([dead, DELIVERED, dead]);
    await one.close();
    await owner.del('test:page', 'test:track');
  });

  it('requires a login and the right to write', async () => {
    await owner.acl('SETUSER', 'writer', 'on', '>good', '~test:*', '+xadd');
    await owner.acl('SETUSER', 'reader', 'on', '>good', '~test:*', '+xrange');
    const login = (username: string, password: string) => outcomeWith({ username, password });
    expect(await login('writer', 'good')).toEqual(DELIVERED);
    expect(await login('writer', 'bad')).toEqual({ kind: 'held', auth: true, reason: 'redis_WRONGPASS' });
    expect(await login('reader', 'good')).toEqual({ kind: 'held', auth: true, reason: 'redis_NOPERM' });
    await owner.config('SET', 'requirepass', 'secret');
    try {
      expect(await outcomeWith({ password: 'secret' })).toEqual(DELIVERED);
      expect(await outcomeWith({})).toEqual({ kind: 'held', auth: true, reason: 'redis_NOAUTH' });
    } finally {
      await owner.config('SET', 'requirepass', '');
    }
  });

  it('accepts events with a needless password, and the client prints nothing', async () => {
    const printed = vi.spyOn(console, 'warn');
    expect(await outcomeWith({ password: 'needless' })).toEqual(DELIVERED);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it('is not reached when its address is blocked', async () => {
    const [outcome] = await framework({}, '10.0.0.0/8').attempt(deliveriesOf([anEvent()]));
    expect(outcome).toEqual({ kind: 'dead', reason: 'address_blocked' });
  });
});

describe('a Redis behind TLS', () => {
  let authority: Authority;
  let front: Server;
  let url: string;

  beforeAll(async () => {
    authority = await makeAuthority();
    const { certificate: cert, key } = await authority.issue('redis');
    front = createServer({ cert, key }, (near) => {
      const far = connect(Number(new URL(server.url).port), '127.0.0.1');
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.on('close', () => far.destroy());
      near.pipe(far).pipe(near);
    });
    await once(front.listen(0, '127.0.0.1'), 'listening');
    url = `rediss://127.0.0.1:${(front.address() as AddressInfo).port}`;
  });
  afterAll(() => front.close());

  it('accepts events when its certificate is trusted', async () => {
    expect(await outcomeWith({ url, caCertificate: authority.certificate })).toEqual(DELIVERED);
    expect(await owner.xlen(stream)).toBe(1);
  });

  it('gets no event when its certificate is not trusted', async () => {
    expect(await outcomeWith({ url })).toMatchObject({ kind: 'retry', reason: 'tls' });
  });
});

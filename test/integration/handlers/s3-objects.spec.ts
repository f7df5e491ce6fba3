import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { silenceAwsNodeVersionWarning } from '../../../src/config/environment.js';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { s3 } from '../../../src/destinations/handlers/s3/s3.handler.js';
import { EVENT_COLUMNS } from '../../../src/events/columns.js';
import { stringifyJson } from '../../../src/events/exact-json.js';
import { type Authority, makeAuthority } from '../../support/certificates.js';
import { anEvent } from '../../support/events.js';
import { linesOf, objectsIn, rowsOf } from '../../support/s3-objects.js';
import { type S3Server, startS3 } from '../../support/servers/s3.js';
import { tapWire } from '../../support/wire-tap.js';
import { deliveriesOf, Framework } from './framework.js';

const handler = s3 as unknown as Handler;
const DELIVERED = { kind: 'delivered' };
/** Largest object that the server accepts. */
const LARGEST_BYTES = 1_000_000;

let server: S3Server;
let bucket: string;
const open: Framework[] = [];
const warnings: Error[] = [];
const warned = (warning: Error): void => void warnings.push(warning);
// As the start of the process does.
silenceAwsNodeVersionWarning();

function framework(more: object = {}, allowed?: string): Framework {
  const { accessKeyId, secretAccessKey, port } = server;
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { bucket, endpoint, forcePathStyle: true, accessKeyId, secretAccessKey, ...more };
  // In this process, whose clock, warnings and calls the tests watch; the suite of all types runs it in a delivery process.
  const made = new Framework(handler, settings, {}, allowed, undefined, 0);
  open.push(made);
  return made;
}

const objects = () => objectsIn(server.client, bucket);
const keys = async () => (await objects()).map(({ key }) => key);
const folders = async () => (await keys()).map((key) => key.replace(/[^/]+$/, ''));
const attempt = (events = [anEvent()], more: object = {}) => framework(more).attempt(deliveriesOf(events));

beforeAll(async () => {
  Logger.overrideLogger(false);
  process.on('warning', warned);
  server = await startS3({ 's3proxy.v4-max-non-chunked-request-size': String(LARGEST_BYTES) });
});
beforeEach(async () => {
  bucket = await server.bucket();
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(async () => {
  process.off('warning', warned);
  await server.stop();
});

describe('objects in S3', () => {
  it('have a line per event, byte for byte as in the event log', async () => {
    const events = [
      anEvent({ properties: { id: 18446744073709551615n, price: 0.1 }, userId: 'ü\n"\u0000\u2028' }),
      anEvent({ custom: 'kept' }),
    ];
    const outcomes = await framework().attempt(deliveriesOf(events, stringifyJson));
    expect(outcomes).toEqual([DELIVERED, DELIVERED]);
    const [object] = await objects();
    expect(linesOf(object!)).toEqual(events.map(stringifyJson));
    expect(object).toMatchObject({ contentType: 'application/gzip', metadata: {} });
    expect(object!.key).toMatch(/^events\/date=2026-11-21\/hour=12\/[0-9a-f]{32}\.ndjson\.gz$/);
  });

  it('have a line per event although its text has line breaks', async () => {
    const event = anEvent();
    const spread = `${JSON.stringify(event, null, 2)}\r\n`;
    await framework().attempt(
      deliveriesOf([event, anEvent()], (one) => (one === event ? spread : '{"a":1}')),
    );
    const lines = linesOf((await objects())[0]!);
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0]!)).toEqual(event);
  });

  it('never have events of two folders', async () => {
    const events = ['12:59:59.999', '13:00:00.000'].flatMap((time) =>
      (['track', 'page'] as const).flatMap((type) =>
        ['src_a', 'src_b'].flatMap((projectId) =>
          Array.from({ length: 3 }, () =>
            anEvent({
              type,
              projectId,
              receivedAt: `2026-03-04T${time}Z`,
              timestamp: '2020-01-01T00:00:00Z',
            }),
          ),
        ),
      ),
    );
    const prefix = 'lake/source={source}/type={type}/date={date}/hour={hour}';
    expect(await attempt(events, { prefix })).toEqual(events.map(() => DELIVERED));
    const found = (await objects()).map((object) => {
      const parts = linesOf(object).map((line) => {
        const { projectId, type, receivedAt } = JSON.parse(line) as Record<string, string>;
        return `lake/source=${projectId}/type=${type}/date=2026-03-04/hour=${receivedAt!.slice(11, 13)}/`;
      });
      expect(parts).toHaveLength(3);
      expect(new Set([...parts, object.key.replace(/[^/]+$/, '')]).size).toBe(1);
      return parts;
    });
    expect(found).toHaveLength(8);
    expect(new Set(found.flat()).size).toBe(8);
  });

  it('have at most maxItems events', async () => {
    await attempt(
      Array.from({ length: 25 }, () => anEvent()),
      { maxItems: 10, prefix: '' },
    );
    const sizes = (await objects()).map((object) => linesOf(object).length);
    expect(sizes.sort()).toEqual([10, 10, 5]);
    expect(await folders()).toEqual(['', '', '']);
  });

  it('are overwritten by the same events in another order, and duplicated by them among others', async () => {
    const events = Array.from({ length: 5 }, () => anEvent());
    await attempt(events);
    const first = await keys();
    await attempt([...events, events[0]!].toReversed());
    expect(await keys()).toEqual(first);
    await attempt([...events, anEvent()]);
    const lines = (await objects()).flatMap(linesOf);
    expect(lines).toHaveLength(5 + 6);
    expect(new Set(lines.map((line) => (JSON.parse(line) as { messageId: string }).messageId)).size).toBe(6);
  });

  it('name the replay of their events', async () => {
    const deliveries = deliveriesOf([anEvent()]).map((one) => ({
      ...one,
      item: { ...one.item, replay: 'rpl_1' },
    }));
    await framework().attempt(deliveries);
    expect(await objects()).toMatchObject([{ metadata: { replay: 'rpl_1' } }]);
  });
});

describe('objects in Parquet', () => {
  it('have the columns of the postgres type, and the event byte for byte', async () => {
    const event = anEvent({
      userId: 'ü\'"\u0000',
      anonymousId: 'a1',
      context: { ip: '192.0.2.1' },
      properties: { id: 18446744073709551615n, list: [1.5, null] },
      timestamp: '2026-11-21T13:00:00.123+01:00',
    });
    const json = ` ${stringifyJson(event)}`;
    await framework({ format: 'parquet' }).attempt(deliveriesOf([event], () => json));
    const [object] = await objects();
    expect(object).toMatchObject({ contentType: 'application/vnd.apache.parquet' });
    expect(object!.key).toMatch(/^events\/date=2026-11-21\/hour=12\/[0-9a-f]{32}\.parquet$/);
    const rows = await rowsOf(object!);
    expect(rows.map(Object.keys)).toEqual([EVENT_COLUMNS.map(({ name }) => name)]);
    expect(rows).toMatchObject([
      {
        source_id: event.projectId,
        message_id: event.messageId,
        type: 'track',
        event: 'Order Completed',
        name: null,
        user_id: event.userId,
        anonymous_id: 'a1',
        group_id: null,
        previous_id: null,
        timestamp: new Date('2026-11-21T12:00:00.123Z'),
        sent_at: new Date(event.sentAt),
        received_at: new Date(event.receivedAt),
        context: '{"ip":"192.0.2.1"}',
        properties: '{"id":18446744073709551615,"list":[1.5,null]}',
        traits: null,
        raw: json,
      },
    ]);
  });

  it('keep values of unexpected types', async () => {
    const odd = anEvent({
      userId: 5 as unknown as string,
      timestamp: 'half past nine',
      sentAt: 7 as unknown as string,
    });
    expect(await attempt([odd, anEvent()], { format: 'parquet' })).toEqual([DELIVERED, DELIVERED]);
    const rows = await rowsOf((await objects())[0]!);
    expect(rows).toMatchObject([
      { user_id: '5', timestamp: null, sent_at: null, raw: JSON.stringify(odd) },
      { user_id: 'u1' },
    ]);
  });

  it('have no time before the year 1, at which readers fail', async () => {
    const early = anEvent({ timestamp: '0000-06-01T00:00:00.000Z' });
    expect(await attempt([early], { format: 'parquet' })).toEqual([DELIVERED]);
    const [row] = await rowsOf((await objects())[0]!);
    expect(row).toMatchObject({
      timestamp: new Date('0001-01-01T00:00:00.000Z'),
      raw: JSON.stringify(early),
    });
  });

  it('have all events of a large batch', async () => {
    const events = Array.from({ length: 5_000 }, (_, n) => anEvent({ userId: `u${n % 7}` }));
    await attempt(events, { format: 'parquet' });
    const rows = await rowsOf((await objects())[0]!);
    expect(rows.map((row) => row['message_id'])).toEqual(events.map(({ messageId }) => messageId));
  });
});

describe('a batch for several folders', () => {
  it('is delivered except for the folder that fails', async () => {
    const tap = await tapWire(`http://127.0.0.1:${server.port}`);
    tap.detour = ({ path }) => (path.includes('/page/') ? 'cut' : undefined);
    const types = ['track', 'page', 'track', 'identify', 'page'] as const;
    const settings = { endpoint: tap.address, prefix: '{type}' };
    const given = deliveriesOf(types.map((type) => anEvent({ type })));
    const one = framework(settings);
    const outcomes = await one.attempt(given);
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      'delivered',
      'retry',
      'delivered',
      'delivered',
      'retry',
    ]);
    expect(outcomes[1]).toMatchObject({ reason: 'connection_reset' });
    expect(await folders()).toEqual(['identify/', 'track/']);
    tap.detour = () => undefined;
    const again = await one.attempt(given.filter(({ item }) => item.event.type === 'page'));
    expect(again).toEqual([DELIVERED, DELIVERED]);
    expect(await folders()).toEqual(['identify/', 'page/', 'track/']);
    await tap.close();
  });

  it('loses only the event that is too large, and uploads no event twice', async () => {
    const large = anEvent({ properties: { noise: randomBytes(LARGEST_BYTES).toString('base64') } });
    const events = Array.from({ length: 20 }, (_, n) => anEvent({ type: n % 2 === 0 ? 'track' : 'page' }));
    const outcomes = await attempt([...events, large], { prefix: '{type}' });
    expect(outcomes.slice(0, 20)).toEqual(events.map(() => DELIVERED));
    expect(outcomes[20]).toMatchObject({ kind: 'dead', reason: 's3_MaxMessageLengthExceeded', status: 400 });
    const ids = (await objects())
      .flatMap(linesOf)
      .map((line) => (JSON.parse(line) as { messageId: string }).messageId);
    expect(ids.sort()).toEqual(events.map(({ messageId }) => messageId).sort());
  });
});

describe('an S3 that is not set up', () => {
  it.each<[string, object, string]>([
    ['an unknown key', { accessKeyId: 'nobody' }, 's3_InvalidAccessKeyId'],
    ['a wrong secret', { secretAccessKey: 'wrong' }, 's3_SignatureDoesNotMatch'],
    ['a bucket that is missing', { bucket: 'nowhere' }, 's3_NoSuchBucket'],
  ])('pauses the destination: %s', async (_, more, reason) => {
    expect(await attempt([anEvent()], more)).toEqual([{ kind: 'held', auth: true, reason }]);
  });

  it('is retried with its own time after a clock skew', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    const one = framework();
    const given = deliveriesOf([anEvent()]);
    expect(await one.attempt(given)).toMatchObject([{ kind: 'retry', reason: 's3_RequestTimeTooSkewed' }]);
    expect(await one.attempt(given)).toEqual([DELIVERED]);
  });

  it.each(['http', 'https'])(
    'is not reached by %s when its address is blocked, after one call',
    async (scheme) => {
      const put = vi.spyOn(s3, 'deliver');
      const endpoint = `${scheme}://127.0.0.1:${server.port}`;
      const events = Array.from({ length: 1_000 }, () =>
        anEvent({ properties: { noise: randomBytes(2_000).toString('base64') } }),
      );
      const outcomes = await framework({ endpoint }, '10.0.0.0/8').attempt(deliveriesOf(events));
      expect(outcomes).toEqual(events.map(() => ({ kind: 'dead', reason: 'address_blocked' })));
      expect(put).toHaveBeenCalledTimes(1);
      put.mockRestore();
    },
  );

  it('makes the client print nothing', () => {
    expect(warnings).toEqual([]);
  });
});

describe('an S3 behind TLS', () => {
  let authority: Authority;
  let front: Server;
  let endpoint: string;

  beforeAll(async () => {
    authority = await makeAuthority();
    const { certificate: cert, key } = await authority.issue('s3');
    front = createServer({ cert, key }, (near) => {
      const far = connect(server.port, '127.0.0.1');
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.on('close', () => far.destroy());
      near.pipe(far).pipe(near);
    });
    await once(front.listen(0, '127.0.0.1'), 'listening');
    endpoint = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
  });
  afterAll(() => front.close());

  it('accepts objects when its certificate is trusted', async () => {
    expect(await attempt([anEvent()], { endpoint, caCertificate: authority.certificate })).toEqual([
      DELIVERED,
    ]);
    expect(await objects()).toHaveLength(1);
  });

  it('gets no object when its certificate is not trusted', async () => {
    expect(await attempt([anEvent()], { endpoint })).toMatchObject([{ kind: 'retry', reason: 'tls' }]);
  });
});

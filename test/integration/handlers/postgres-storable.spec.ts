import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { postgres } from '../../../src/destinations/handlers/postgres/postgres.handler.js';
import { type CanonicalEvent } from '../../../src/events/event.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { anEvent } from '../../support/events.js';
import { deliveriesOf, Framework } from './framework.js';

const handler = postgres as unknown as Handler;

describe('what PostgreSQL cannot hold', () => {
  let database: TestDatabase;
  let reader: pg.Client;
  const open: Framework[] = [];

  const framework = (settings: object = {}) => {
    const { hostname, port, pathname, username } = new URL(database.url);
    const own = { host: hostname, port: Number(port), database: pathname.slice(1), user: username };
    const made = new Framework(handler, { ...own, tls: 'disable', ...settings });
    open.push(made);
    return made;
  };
  /** Delivers the events, each of which must arrive, and returns their rows. */
  const stored = async (events: readonly CanonicalEvent[], json?: (event: CanonicalEvent) => string) => {
    const outcomes = await framework().attempt(deliveriesOf(events, json));
    expect(outcomes).toEqual(events.map(() => ({ kind: 'delivered' })));
    const { rows } = await reader.query<Record<string, unknown>>(
      `SELECT *, raw::text AS raw, raw::jsonb AS parsed, "timestamp"::text AS at, "sent_at"::text AS sent
       FROM tributary_events ORDER BY length(message_id), message_id`,
    );
    return rows;
  };

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(async () => {
    database = await freshDatabase();
    reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    await reader.query("SET timezone = 'UTC'");
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await reader.end();
    await database.drop();
  });

  it('is replaced in ids, names, keys and values, and in the whole event, whose functions would fail else', async () => {
    const [row] = await stored([
      anEvent({
        ...{ userId: 'a\0b', anonymousId: '\ud800', event: '\udc00\ud83d', name: '\\u0000' },
        properties: { 'k\0': 'v\0', '\udfff': ['\ud83d\ude00', '\ud83d'] },
        'own\0': 1,
      }),
    ]);
    expect(row).toMatchObject({
      ...{ user_id: 'a\ufffdb', anonymous_id: '\ufffd', event: '\ufffd\ufffd', name: '\\u0000' },
      properties: { 'k\ufffd': 'v\ufffd', '\ufffd': ['😀', '\ufffd'] },
      parsed: { userId: 'a\ufffdb', 'own\ufffd': 1 },
    });
  });

  it('is clamped in times, so that every driver can read them', async () => {
    const times = [
      ['0000-01-01T00:00:00.000Z', '0001-01-01 00:00:00+00'],
      ['0000-12-31T23:59:59.999Z', '0001-01-01 00:00:00+00'],
      ['-000001-06-01T00:00:00.000Z', '0001-01-01 00:00:00+00'],
      ['0001-01-01T00:00:00.001Z', '0001-01-01 00:00:00.001+00'],
      ['9999-12-31T23:59:59.999Z', '9999-12-31 23:59:59.999+00'],
      ['+010000-01-01T00:00:00.000Z', '9999-12-31 23:59:59.999+00'],
    ] as const;
    const rows = await stored(times.map(([timestamp]) => anEvent({ timestamp, sentAt: timestamp })));
    expect(rows.map(({ at, sent }) => [at, sent])).toEqual(times.map(([, wanted]) => [wanted, wanted]));
    expect(rows.map(({ parsed }) => (parsed as CanonicalEvent).timestamp)).toEqual(
      times.map(([given]) => given),
    );
  });

  it('is null or 0 for a number that numeric cannot hold', async () => {
    const event = anEvent();
    const json = JSON.stringify(event).replace('"total":12.5', '"total":1e400000,"small":-2e-999999');
    expect(await stored([event], () => json)).toMatchObject([{ properties: { total: null, small: 0 } }]);
  });

  it('is hashed where a message id is longer than the key can be', async () => {
    const messageId = randomBytes(3_000).toString('hex');
    const events = [anEvent({ messageId }), anEvent({ messageId }), anEvent({ messageId: `${messageId}2` })];
    const rows = await stored(events);
    expect(rows).toHaveLength(2);
    for (const { message_id: id } of rows) expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('is cut where an index of the owner cannot hold the text, and in no other event', async () => {
    await stored([anEvent()]);
    await reader.query('CREATE INDEX ON tributary_events (event)');
    const long = randomBytes(2_000).toString('hex');
    const fits = 'y'.repeat(600);
    const events = [anEvent({ event: fits }), anEvent({ event: long }), anEvent({ event: fits })];
    const [, ...rows] = await stored(events);
    expect(rows.map(({ event }) => event)).toEqual([fits, long.slice(0, 500), fits]);
    expect(rows[1]?.['parsed']).toMatchObject({ event: long });
  });

  it('is a question mark where the encoding of the database lacks the character, and in no other event', async () => {
    const url = new URL(database.url);
    const name = `${url.pathname.slice(1)}_latin`;
    await reader.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'`);
    const own = new pg.Client({ connectionString: new URL(`/${name}`, url).href });
    try {
      await own.connect();
      const given = ['é', '€é', 'a\0é', '😀'].map((event) =>
        anEvent({ event, properties: { [event]: event } }),
      );
      const outcomes = await framework({ database: name }).attempt(deliveriesOf(given));
      expect(outcomes).toEqual(given.map(() => ({ kind: 'delivered' })));
      const { rows } = await own.query<object>(
        'SELECT event, properties FROM tributary_events ORDER BY length(message_id), message_id',
      );
      const wanted = ['é', '?é', 'a?é', '?'];
      expect(rows).toEqual(wanted.map((event) => ({ event, properties: { [event]: event } })));
    } finally {
      await Promise.all(open.splice(0).map((one) => one.close()));
      await own.end();
      await reader.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
});

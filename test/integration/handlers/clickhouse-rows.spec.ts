import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Handler, type HandlerLimits } from '../../../src/destinations/contract/handler.js';
import { clickhouse } from '../../../src/destinations/handlers/clickhouse/clickhouse.handler.js';
import { createTableQuery } from '../../../src/destinations/handlers/clickhouse/tables.js';
import { EVENT_COLUMNS } from '../../../src/events/columns.js';
import { type CanonicalEvent, EVENT_TYPES } from '../../../src/events/event.js';
import { stringifyJson } from '../../../src/events/exact-json.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { type ClickHouseServer, LOGINS, startClickHouse } from '../../support/servers/clickhouse.js';
import { deliveriesOf, Framework } from './framework.js';

const handler = clickhouse as unknown as Handler;
const DELIVERED = { kind: 'delivered' };

let server: ClickHouseServer;
let database: string;
let made = 0;
const open: Framework[] = [];

function framework(settings: object = {}, limits: Partial<HandlerLimits> = {}, allowed?: string): Framework {
  const own = { url: `http://127.0.0.1:${server.port}`, ...LOGINS.writer, database };
  const one = new Framework(handler, { ...own, ...settings }, limits, allowed);
  open.push(one);
  return one;
}
const query = <Row>(statement: string) => server.query<Row>(statement.replaceAll('$', database));
const count = async (from = '$.events') => {
  const [row] = await query<{ n: string }>(`SELECT count() AS n FROM ${from}`);
  return Number(row?.n);
};

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await startClickHouse();
});
beforeEach(async () => {
  database = `rows_${(made += 1)}`;
  await query('CREATE DATABASE $');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => server.stop());

describe('rows in ClickHouse', () => {
  it('have the fields of the event in their columns, and the event byte for byte', async () => {
    const event = anEvent({
      userId: 'ü\'"\\{},NULL\t\n\u0000',
      anonymousId: 'a1',
      context: { ip: '192.0.2.1' },
      properties: { list: [1.5, null, '{"x"}'] },
      custom: 'kept',
      timestamp: '2026-11-21T12:00:00.123Z',
    });
    const json = ` ${JSON.stringify(event)}\n`;
    expect(await framework().attempt(deliveriesOf([event], () => json))).toEqual([DELIVERED]);
    const rows = await query<object>('SELECT * FROM $.events');
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
        timestamp: '2026-11-21 12:00:00.123',
        sent_at: '2026-11-21 12:00:00.000',
        received_at: '2026-11-21 12:00:00.000',
        context: '{"ip":"192.0.2.1"}',
        properties: '{"list":[1.5,null,"{\\"x\\"}"]}',
        traits: null,
        raw: json,
      },
    ]);
  });

  it('keep every digit', async () => {
    const event = anEvent({ properties: { id: 184467440737095516150n } });
    const json = stringifyJson(event).replace('}', ',"price":0.10000000000000000555}');
    await framework().attempt(deliveriesOf([event], () => json));
    expect(await query('SELECT properties, raw FROM $.events')).toEqual([
      { properties: '{"id":184467440737095516150}', raw: json },
    ]);
  });

  it('hold every value that an event can have', async () => {
    const odd: Partial<CanonicalEvent>[] = [
      { event: 'half a \ud800 character', properties: { 'half \udc00': '\ud800' } },
      { groupId: 'g1' },
      { name: 5 as unknown as string },
      { timestamp: '0000-01-01T00:00:00.000Z' },
      { timestamp: '9999-12-31T23:59:59.999Z' },
    ];
    const given = odd.map((fields) => anEvent(fields));
    expect(await framework().attempt(deliveriesOf(given))).toEqual(given.map(() => DELIVERED));
    const rows = await query<{ raw: string }>(
      'SELECT event, group_id, user_id, name, timestamp, raw FROM $.events ORDER BY length(message_id), message_id',
    );
    expect(rows.map(({ raw, ...row }) => [row, raw])).toMatchObject([
      [{ event: 'half a \ufffd character' }, JSON.stringify(given[0])],
      [{ group_id: 'g1', user_id: 'u1' }, JSON.stringify(given[1])],
      [{ name: '5' }, JSON.stringify(given[2])],
      [{ timestamp: '1900-01-01 00:00:00.000' }, JSON.stringify(given[3])],
      [{ timestamp: '2299-12-31 23:59:59.999' }, JSON.stringify(given[4])],
    ]);
  });

  it('go to the table of their type when the settings say so, in a database of any name', async () => {
    const events = EVENT_TYPES.map((type) => anEvent({ type }));
    database = 'Odd `name` \\ %7B';
    await server.query('CREATE DATABASE "Odd `name` \\\\ %7B"');
    const one = framework({ table: 'My_{type}s' });
    expect(await one.attempt(deliveriesOf(events))).toEqual(events.map(() => DELIVERED));
    for (const { type, messageId } of events)
      expect(await server.query(`SELECT message_id FROM "Odd \`name\` \\\\ %7B"."My_${type}s"`)).toEqual([
        { message_id: messageId },
      ]);
  });

  it('are inserted by many instances that create the table at the same time', async () => {
    const many = Array.from({ length: 10 }, () => framework());
    const outcomes = await Promise.all(many.map((one) => one.attempt(deliveriesOf([anEvent(), anEvent()]))));
    expect(outcomes.flat()).toEqual(Array.from({ length: 20 }, () => DELIVERED));
    expect(await count()).toBe(20);
  });

  it('are inserted as one part of ten thousand', async () => {
    const events = Array.from({ length: 10_000 }, () => anEvent({ properties: { text: 'x'.repeat(500) } }));
    const outcomes = await framework().attempt(deliveriesOf(events));
    expect(outcomes.filter(({ kind }) => kind === 'delivered')).toHaveLength(10_000);
    expect(await query("SELECT rows FROM system.parts WHERE database = '$'")).toEqual([{ rows: '10000' }]);
  });

  describe('of an event that is delivered twice', () => {
    it('are one with FINAL, and one after a merge', async () => {
      const twice = anEvent();
      await framework().attempt(deliveriesOf([twice, anEvent()]));
      await framework().attempt(deliveriesOf([twice, anEvent()]));
      expect([await count(), await count('$.events FINAL')]).toEqual([4, 3]);
      await query('OPTIMIZE TABLE $.events FINAL');
      expect(await count()).toBe(3);
    });

    it('are one from the start when the same batch is repeated', async () => {
      const given = deliveriesOf([anEvent(), anEvent()]);
      await framework().attempt(given);
      expect(await framework().attempt(given)).toEqual([DELIVERED, DELIVERED]);
      expect(await count()).toBe(2);
    });

    it('are stored again by a replay after they were deleted', async () => {
      const given = deliveriesOf([anEvent()]);
      await framework().attempt(given);
      await query('ALTER TABLE $.events DELETE WHERE 1 SETTINGS mutations_sync = 1');
      const replayed = given.map(({ origin, item }) => ({ origin, item: { ...item, replay: 'rpl_1' } }));
      await framework().attempt(replayed);
      expect(await count()).toBe(1);
    });

    it('are two where two sources use the same message id', async () => {
      const given = ['src_a', 'src_b'].map((projectId) => anEvent({ projectId, messageId: 'm' }));
      await framework().attempt(deliveriesOf(given));
      expect(await count('$.events FINAL')).toBe(2);
    });

    it('are one when the call was aborted while the server executed it', async () => {
      await query(createTableQuery('$.events'));
      await query('ALTER TABLE $.events ADD CONSTRAINT slow CHECK sleepEachRow(0.5) = 0');
      const given = deliveriesOf([anEvent()]);
      const [outcome] = await framework({}, { timeoutMs: 100 }).attempt(given);
      expect(outcome).toMatchObject({ kind: 'retry', reason: 'timeout' });
      await eventually(async () => expect(await count()).toBe(1));
      expect(await framework().attempt(given)).toEqual([DELIVERED]);
      expect(await count()).toBe(1);
    });
  });

  describe('in a table of an administrator', () => {
    it('may have another order, partitions, and columns of other types', async () => {
      const columns = createTableQuery('$.events').replace(
        /DateTime64\(3, 'UTC'\)/g,
        "DateTime('Asia/Tokyo')",
      );
      await query(
        columns.replace(
          /ReplacingMergeTree .*$/,
          'MergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY timestamp',
        ),
      );
      expect(await framework().attempt(deliveriesOf([anEvent()]))).toEqual([DELIVERED]);
      expect(await query('SELECT toUnixTimestamp(timestamp) AS at FROM $.events')).toEqual([
        { at: Date.parse('2026-11-21T12:00:00.000Z') / 1_000 },
      ]);
    });

    it('may be refused one by one by its constraints, and nothing of a refused batch stays', async () => {
      await query(createTableQuery('$.events'));
      await query("ALTER TABLE $.events ADD CONSTRAINT known CHECK user_id != 'banned'");
      const given = Array.from({ length: 20 }, (_, n) => anEvent({ userId: n === 7 ? 'banned' : 'u1' }));
      const outcomes = await framework().attempt(deliveriesOf(given));
      expect(outcomes[7]).toEqual({ kind: 'dead', reason: 'clickhouse_469', status: 500 });
      expect(outcomes.filter(({ kind }) => kind === 'delivered')).toHaveLength(19);
      expect(await count()).toBe(19);
    });
  });

  describe('wait when the server is not set up', () => {
    it.each([
      ['an unknown database', { database: 'nowhere' }, { kind: 'held', auth: true, reason: 'clickhouse_81' }],
      ['no table and createTable off', { createTable: false }, { kind: 'retry', reason: 'clickhouse_60' }],
      ['missing rights', LOGINS.reader, { kind: 'held', auth: true, reason: 'clickhouse_164' }],
    ])('with %s', async (_, settings, outcome) => {
      expect(await framework(settings).attempt(deliveriesOf([anEvent()]))).toMatchObject([outcome]);
    });
  });
});

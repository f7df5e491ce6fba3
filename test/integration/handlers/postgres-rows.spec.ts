import { Logger } from '@nestjs/common';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { postgres } from '../../../src/destinations/handlers/postgres/postgres.handler.js';
import { createTablesSql } from '../../../src/destinations/handlers/postgres/tables.js';
import { EVENT_COLUMNS } from '../../../src/events/columns.js';
import { type CanonicalEvent, EVENT_TYPES } from '../../../src/events/event.js';
import { stringifyJson } from '../../../src/events/exact-json.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { deliveriesOf, Framework } from './framework.js';

const handler = postgres as unknown as Handler;
const DELIVERED = { kind: 'delivered' };

/** Creates the product's own table, with another type for one column. */
const typed = (column = '', type = '') =>
  createTablesSql(['tributary_events']).replace(
    new RegExp(`"${column}" (?:text|jsonb)`),
    `"${column}" ${type}`,
  );
const OWN_COLUMN = 'ALTER TABLE tributary_events ADD COLUMN own text NOT NULL';

describe('rows in PostgreSQL', () => {
  let database: TestDatabase;
  let reader: pg.Client;
  const open: Framework[] = [];

  const framework = (settings: object = {}, limits: object = {}) => {
    const { hostname, port, pathname, username } = new URL(database.url);
    const own = { host: hostname, port: Number(port), database: pathname.slice(1), user: username };
    const made = new Framework(handler, { ...own, tls: 'disable', ...settings }, limits);
    open.push(made);
    return made;
  };
  const query = async <Row extends pg.QueryResultRow>(text: string) => (await reader.query<Row>(text)).rows;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(async () => {
    database = await freshDatabase();
    reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await reader.end();
    await database.drop();
  });

  it('have the fields of the event in their columns, and the event byte for byte', async () => {
    const event = anEvent({
      userId: 'ü\'"\\{},NULL',
      anonymousId: 'a1',
      context: { ip: '192.0.2.1' },
      properties: { list: [1.5, null, '{"x"}'] },
      custom: 'kept',
    });
    const json = ` ${JSON.stringify(event)}\n`;
    expect(await framework().attempt(deliveriesOf([event], () => json))).toEqual([DELIVERED]);
    const { raw, ...row } = (await query('SELECT *, raw::text AS raw FROM tributary_events'))[0]!;
    expect(raw).toBe(json);
    expect([...Object.keys(row), 'raw']).toEqual(EVENT_COLUMNS.map(({ name }) => name));
    expect(row).toMatchObject({
      source_id: event.projectId,
      message_id: event.messageId,
      type: 'track',
      event: 'Order Completed',
      name: null,
      user_id: event.userId,
      anonymous_id: 'a1',
      group_id: null,
      previous_id: null,
      timestamp: new Date(event.timestamp),
      sent_at: new Date(event.sentAt),
      received_at: new Date(event.receivedAt),
      context: { ip: '192.0.2.1' },
      properties: { list: [1.5, null, '{"x"}'] },
      traits: null,
    });
  });

  it('keep integers beyond 2^53', async () => {
    const event = anEvent({ properties: { id: 18446744073709551615n, price: 0.1 } });
    await framework().attempt(deliveriesOf([event], stringifyJson));
    const [row] = await query(
      "SELECT properties->>'id' AS id, (properties->'price')::numeric AS price FROM tributary_events",
    );
    expect(row).toEqual({ id: '18446744073709551615', price: '0.1' });
  });

  it('go to the table of their type when the settings say so', async () => {
    const events = EVENT_TYPES.map((type) => anEvent({ type }));
    const settings = { layout: 'table-per-type', tablePrefix: 'My_', schema: 'Odd' };
    await query('CREATE SCHEMA "Odd"');
    const outcomes = await framework(settings).attempt(deliveriesOf(events));
    expect(outcomes).toEqual(events.map(() => DELIVERED));
    for (const { type, messageId } of events)
      expect(await query(`SELECT message_id FROM "Odd"."My_${type}"`)).toEqual([{ message_id: messageId }]);
  });

  it('are inserted by many instances that create the table at the same time', async () => {
    const many = Array.from({ length: 20 }, () => framework({ layout: 'table-per-type' }));
    const attempt = (type: CanonicalEvent['type']) =>
      Promise.all(many.map((one) => one.attempt(deliveriesOf([anEvent({ type }), anEvent({ type })]))));
    // The first type opens the connections, so the second one races for the creation of the table only.
    for (const type of ['page', 'track'] as const)
      expect((await attempt(type)).flat()).toEqual(Array.from({ length: 40 }, () => DELIVERED));
    expect(await query('SELECT 1 FROM tributary_track')).toHaveLength(40);
  });

  it('wait when another program creates the table at the same time', async () => {
    await query('BEGIN');
    await query('CREATE TABLE tributary_events (other text)');
    const attempt = framework().attempt(deliveriesOf([anEvent()]));
    await eventually(async () =>
      expect(await query('SELECT 1 FROM pg_locks WHERE NOT granted')).not.toEqual([]),
    );
    await query('COMMIT');
    expect(await attempt).toMatchObject([{ kind: 'retry', reason: 'sqlstate_23505' }]);
  });

  it('are kept apart for two sources that use the same message id', async () => {
    const given = [
      anEvent({ projectId: 'src_a', messageId: 'm' }),
      anEvent({ projectId: 'src_b', messageId: 'm' }),
    ];
    await framework().attempt(deliveriesOf(given));
    expect(await query('SELECT source_id FROM tributary_events ORDER BY 1')).toEqual([
      { source_id: 'src_a' },
      { source_id: 'src_b' },
    ]);
  });

  it('may be refused one by one by a constraint of the table’s owner', async () => {
    await framework().attempt(deliveriesOf([anEvent()]));
    await query("ALTER TABLE tributary_events ADD CHECK (user_id <> 'banned')");
    const given = Array.from({ length: 20 }, (_, n) => anEvent({ userId: n === 7 ? 'banned' : 'u1' }));
    const outcomes = await framework().attempt(deliveriesOf(given));
    expect(outcomes[7]).toEqual({ kind: 'dead', reason: 'sqlstate_23514' });
    expect(outcomes.filter(({ kind }) => kind === 'delivered')).toHaveLength(19);
  });

  it('do not exist for an event with a time that is none', async () => {
    const [outcome] = await framework().attempt(deliveriesOf([anEvent({ timestamp: 'half past nine' })]));
    expect(outcome).toEqual({ kind: 'dead', reason: expect.stringMatching(/^sqlstate_22/) as unknown });
  });

  it('do not appear when the call was aborted while the server executed it', async () => {
    await framework().attempt(deliveriesOf([anEvent()]));
    await query('BEGIN');
    await query('LOCK TABLE tributary_events IN ACCESS EXCLUSIVE MODE');
    const outcomes = await framework({}, { timeoutMs: 300 }).attempt(deliveriesOf([anEvent()]));
    expect(outcomes).toMatchObject([{ kind: 'retry', reason: 'timeout' }]);
    await query('COMMIT');
    await eventually(async () =>
      expect(
        await query(
          "SELECT 1 FROM pg_stat_activity WHERE application_name = 'tributary' AND datname = current_database() AND state <> 'idle'",
        ),
      ).toEqual([]),
    );
    expect(await query('SELECT 1 FROM tributary_events')).toHaveLength(1);
  });

  describe('when the server is not set up', () => {
    it.each([
      [
        'an unknown database',
        { database: 'nowhere' },
        { kind: 'held', auth: true, reason: 'sqlstate_3D000' },
      ],
      ['an unknown schema', { schema: 'nowhere' }, { kind: 'held', auth: true, reason: 'missing_schema' }],
      ['a server without TLS', { tls: 'require' }, { kind: 'retry', reason: 'tls_not_supported' }],
    ])('wait: %s', async (_, settings, outcome) => {
      expect(await framework(settings).attempt(deliveriesOf([anEvent()]))).toMatchObject([outcome]);
    });

    it.each([
      ['a view', 'CREATE VIEW tributary_events AS SELECT 1 AS one', 'missing_column'],
      ['a column of another type', typed('context', 'integer'), 'wrong_column_type'],
      ['a column of its own that needs a value', `${typed()}; ${OWN_COLUMN}`, 'unknown_column_not_null'],
      [
        'a column that the server computes',
        typed('event', 'text GENERATED ALWAYS AS (1) STORED'),
        'generated_column',
      ],
    ])('wait where the table has %s', async (_, sql, reason) => {
      await query(sql);
      const outcomes = await framework().attempt(deliveriesOf([anEvent()]));
      expect(outcomes).toEqual([{ kind: 'held', auth: true, reason }]);
    });

    it('refuse only the events of the table without rights', async () => {
      const role = `tracker_${Date.now()}`;
      const one = framework({ layout: 'table-per-type' });
      await one.attempt(deliveriesOf([anEvent()]));
      await query(`CREATE ROLE ${role} LOGIN; GRANT ALL ON tributary_track TO ${role}`);
      const limited = framework({ layout: 'table-per-type', user: role });
      const given = deliveriesOf([anEvent({ type: 'page' }), anEvent(), anEvent({ type: 'page' })]);
      const dead = { kind: 'dead', reason: 'sqlstate_42501' };
      expect(await limited.attempt(given)).toEqual([dead, { kind: 'delivered' }, dead]);
      expect(await limited.attempt(given.slice(0, 1))).toMatchObject([{ reason: 'sqlstate_42501' }]);
      await query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    });

    it('wait for missing rights', async () => {
      const role = `reader_${Date.now()}`;
      await query(`CREATE ROLE ${role} LOGIN`);
      const outcomes = await framework({ user: role }).attempt(deliveriesOf([anEvent()]));
      expect(outcomes).toMatchObject([{ kind: 'held', auth: true, reason: 'sqlstate_42501' }]);
      await query(`DROP ROLE ${role}`);
    });

    it('are refused in one call when the address is blocked', async () => {
      const calls: number[] = [];
      const counted: typeof postgres = {
        ...postgres,
        deliver: (items, context) => {
          calls.push(items.length);
          return postgres.deliver(items, context);
        },
      };
      const { hostname, port, pathname, username } = new URL(database.url);
      const settings = { host: hostname, port: Number(port), database: pathname.slice(1), user: username };
      // A delivery process has no counter.
      const closed = new Framework(counted, settings, {}, '10.0.0.0/8', undefined, 0);
      const outcomes = await closed.attempt(deliveriesOf(Array.from({ length: 1_000 }, () => anEvent())));
      await closed.close();
      expect(outcomes).toEqual(outcomes.map(() => ({ kind: 'dead', reason: 'address_blocked' })));
      expect(calls).toEqual([1_000]);
    });
  });
});

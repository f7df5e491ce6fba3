import { Logger } from '@nestjs/common';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { postgres } from '../../../src/destinations/handlers/postgres/postgres.handler.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { deliveriesOf, Framework } from './framework.js';

const handler = postgres as unknown as Handler;
const DELIVERED = { kind: 'delivered' };
const PAUSED = { kind: 'held', auth: true, reason: 'missing_column' };
const NO_KEY = { kind: 'held', auth: true, reason: 'missing_unique_key' };
/** What a table of an earlier version could have had: the required columns and no others. */
const FEW_COLUMNS =
  'source_id text NOT NULL, message_id text NOT NULL, type text NOT NULL, timestamp timestamptz NOT NULL, ' +
  'received_at timestamptz NOT NULL, raw json NOT NULL';
const KEY = 'PRIMARY KEY (source_id, message_id)';

describe('a PostgreSQL table that lacks columns', () => {
  let database: TestDatabase;
  let reader: pg.Client;
  const open: Framework[] = [];

  const settings = () => {
    const { hostname, port, pathname, username } = new URL(database.url);
    const server = { host: hostname, port: Number(port), tls: 'disable' };
    return { ...server, database: pathname.slice(1), user: username };
  };
  const framework = (more: object = {}) => {
    const made = new Framework(handler, { ...settings(), ...more });
    open.push(made);
    return made;
  };
  const query = async <Row extends pg.QueryResultRow>(text: string) => (await reader.query<Row>(text)).rows;
  const createTable = (name = 'tributary_events', more = '') =>
    query(`CREATE TABLE ${name} (${FEW_COLUMNS}${more}, ${KEY})`);

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

  it('gets them, which may be NULL, and keeps its rows', async () => {
    await createTable();
    await query(`INSERT INTO tributary_events VALUES ('src_0', 'm0', 'track', now(), now(), '{}')`);
    const event = anEvent({ context: { ip: '192.0.2.1' }, traits: { plan: 'pro' } });
    expect(await framework().attempt(deliveriesOf([event]))).toEqual([DELIVERED]);
    expect(
      await query('SELECT message_id, user_id, sent_at, traits FROM tributary_events ORDER BY 1'),
    ).toEqual(
      [
        {
          message_id: event.messageId,
          user_id: 'u1',
          sent_at: new Date(event.sentAt),
          traits: { plan: 'pro' },
        },
        { message_id: 'm0', user_id: null, sent_at: null, traits: null },
      ].sort((a, b) => (a.message_id < b.message_id ? -1 : 1)),
    );
  });

  it('gets them in the layout with a table per type', async () => {
    await createTable('tributary_track');
    await createTable('tributary_page');
    const given = [
      anEvent(),
      anEvent({ type: 'page', name: 'Home' }),
      anEvent({ type: 'group', groupId: 'g' }),
    ];
    const outcomes = await framework({ layout: 'table-per-type' }).attempt(deliveriesOf(given));
    expect(outcomes).toEqual(given.map(() => DELIVERED));
    expect(await query('SELECT name FROM tributary_page')).toEqual([{ name: 'Home' }]);
  });

  it('gets them beside columns of its owner', async () => {
    await createTable('tributary_events', ", note text DEFAULT 'own'");
    expect(await framework().attempt(deliveriesOf([anEvent()]))).toEqual([DELIVERED]);
    expect(await query('SELECT note, user_id FROM tributary_events')).toEqual([
      { note: 'own', user_id: 'u1' },
    ]);
  });

  it('gets them while the handler is open', async () => {
    const one = framework();
    expect(await one.attempt(deliveriesOf([anEvent()]))).toEqual([DELIVERED]);
    await query('ALTER TABLE tributary_events DROP COLUMN traits');
    expect(await one.attempt(deliveriesOf([anEvent()]))).toEqual([DELIVERED]);
    expect(await query('SELECT traits FROM tributary_events')).toHaveLength(2);
  });

  it('gets them once from many instances at the same time', async () => {
    await createTable();
    const many = Array.from({ length: 20 }, () => framework());
    const outcomes = await Promise.all(many.map((one) => one.attempt(deliveriesOf([anEvent(), anEvent()]))));
    expect(outcomes.flat()).toEqual(Array.from({ length: 40 }, () => DELIVERED));
  });

  it('gets them although one event of the batch is refused', async () => {
    await createTable();
    const given = [anEvent(), anEvent({ timestamp: 'half past nine' }), anEvent()];
    const outcomes = await framework().attempt(deliveriesOf(given));
    expect(outcomes).toMatchObject([DELIVERED, { kind: 'dead' }, DELIVERED]);
  });

  it('pauses the destination, and is not changed, where its key is missing too', async () => {
    await query('CREATE TABLE tributary_events (other text)');
    expect(await framework().attempt(deliveriesOf([anEvent()]))).toEqual([PAUSED]);
    const columns = await query(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'tributary_events'",
    );
    expect(columns).toEqual([{ name: 'other' }]);
  });

  it('pauses the destination where it is a view', async () => {
    await query(`CREATE TABLE own (${FEW_COLUMNS}, ${KEY})`);
    await query('CREATE VIEW tributary_events AS SELECT * FROM own');
    expect(await framework().attempt(deliveriesOf([anEvent()]))).toEqual([PAUSED]);
  });

  it('pauses the destination where no unique key names an event, and is delivered to after it has one', async () => {
    await query(`CREATE TABLE tributary_events (${FEW_COLUMNS})`);
    const one = framework();
    expect(await one.attempt(deliveriesOf([anEvent(), anEvent()]))).toEqual([NO_KEY, NO_KEY]);
    await query('ALTER TABLE tributary_events ADD PRIMARY KEY (source_id, message_id)');
    expect(await one.attempt(deliveriesOf([anEvent()]))).toEqual([DELIVERED]);
  });

  it('is retried while another session locks it', async () => {
    await createTable();
    await query('BEGIN');
    await query('LOCK TABLE tributary_events IN ACCESS SHARE MODE');
    const limited = new Framework(handler, settings(), { timeoutMs: 500 });
    open.push(limited);
    expect(await limited.attempt(deliveriesOf([anEvent()]))).toMatchObject([
      { kind: 'retry', reason: 'timeout' },
    ]);
    await query('COMMIT');
    await eventually(async () =>
      expect(await framework().attempt(deliveriesOf([anEvent()]))).toEqual([DELIVERED]),
    );
  });

  describe('and belongs to another role', () => {
    let role: string;
    let rig: DeliveryRig | undefined;
    beforeEach(async () => {
      role = `writer_${Date.now()}`;
      await createTable();
      await query(`CREATE ROLE ${role} LOGIN`);
      await query(`GRANT INSERT, SELECT ON tributary_events TO ${role}`);
    });
    afterEach(async () => {
      await rig?.dispose();
      await Promise.all(open.splice(0).map((one) => one.close()));
      await query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    });

    it('pauses the destination with a reason of its own', async () => {
      const outcomes = await framework({ user: role }).attempt(deliveriesOf([anEvent(), anEvent()]));
      expect(outcomes).toEqual([PAUSED, PAUSED]);
    });

    it('loses no event, and is delivered to after its owner has added them', async () => {
      rig = await DeliveryRig.prepare();
      const id = await rig.destination('postgres', { ...settings(), user: role });
      await rig.start();
      await rig.publish(20);
      await eventually(async () => {
        const [row] = await rig!.sql('SELECT paused_at, pause_reason FROM destinations');
        expect(row).toEqual({ paused_at: expect.any(Date) as unknown, pause_reason: 'missing_column' });
      });
      expect([await rig.waiting(), rig.deadLetters(), rig.position(id)]).toEqual([[], [], 0]);
      await framework().attempt(deliveriesOf([anEvent()]));
      await rig.sql('UPDATE destinations SET paused_at = NULL, pause_reason = NULL');
      await eventually(() => expect(rig!.position(id)).toBe(20));
      expect(await query('SELECT 1 FROM tributary_events')).toHaveLength(21);
    });
  });
});

import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { clickhouse } from '../../../src/destinations/handlers/clickhouse/clickhouse.handler.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { type ClickHouseServer, LOGINS, startClickHouse } from '../../support/servers/clickhouse.js';
import { deliveriesOf, Framework } from './framework.js';

const handler = clickhouse as unknown as Handler;
const DELIVERED = { kind: 'delivered' };
const PAUSED = { kind: 'held', auth: true, reason: 'missing_column' };
/** What a table of an earlier version could have had: the required columns and no others. */
const FEW_COLUMNS = 'source_id String, message_id String, type String, timestamp DateTime64(3), raw String';
const ENGINE = 'ENGINE = ReplacingMergeTree ORDER BY (source_id, message_id)';

describe('a ClickHouse table that lacks columns', () => {
  let server: ClickHouseServer;
  let database: string;
  let created = 0;
  const open: Framework[] = [];

  const settings = () => ({ url: `http://127.0.0.1:${server.port}`, ...LOGINS.writer, database });
  const framework = (more: object = {}) => {
    const made = new Framework(handler, { ...settings(), ...more });
    open.push(made);
    return made;
  };
  const query = <Row>(statement: string) => server.query<Row>(statement.replaceAll('$', database));
  const createTable = (name = 'events', more = '') =>
    query(`CREATE TABLE $.${name} (${FEW_COLUMNS}${more}) ${ENGINE}`);

  beforeAll(async () => {
    Logger.overrideLogger(false);
    server = await startClickHouse();
  });
  beforeEach(async () => {
    database = `columns_${(created += 1)}`;
    await query('CREATE DATABASE $');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  afterAll(() => server.stop());

  it('gets them, which may be NULL, and keeps its rows', async () => {
    await createTable();
    await query("INSERT INTO $.events VALUES ('src_0', '0', 'track', now(), '{}')");
    const event = anEvent({ messageId: '1', traits: { plan: 'pro' } });
    expect(await framework().attempt(deliveriesOf([event]))).toEqual([DELIVERED]);
    expect(
      await query('SELECT message_id, user_id, sent_at, traits FROM $.events ORDER BY message_id'),
    ).toEqual([
      { message_id: '0', user_id: null, sent_at: null, traits: null },
      { message_id: '1', user_id: 'u1', sent_at: '2026-11-21 12:00:00.000', traits: '{"plan":"pro"}' },
    ]);
  });

  it('gets them where each type has a table', async () => {
    await createTable('track');
    await createTable('page');
    const given = [
      anEvent(),
      anEvent({ type: 'page', name: 'Home' }),
      anEvent({ type: 'group', groupId: 'g' }),
    ];
    expect(await framework({ table: '{type}' }).attempt(deliveriesOf(given))).toEqual(
      given.map(() => DELIVERED),
    );
    expect(await query('SELECT name FROM $.page')).toEqual([{ name: 'Home' }]);
  });

  it('gets them beside columns of its owner', async () => {
    await createTable('events', ", note String DEFAULT 'own'");
    expect(await framework().attempt(deliveriesOf([anEvent()]))).toEqual([DELIVERED]);
    expect(await query('SELECT note, user_id FROM $.events')).toEqual([{ note: 'own', user_id: 'u1' }]);
  });

  it('gets them all, also without a column in common', async () => {
    await query('CREATE TABLE $.events (id String) ENGINE = MergeTree ORDER BY id');
    const event = anEvent();
    expect(await framework().attempt(deliveriesOf([event]))).toEqual([DELIVERED]);
    expect(await query('SELECT id, message_id FROM $.events')).toEqual([
      { id: '', message_id: event.messageId },
    ]);
  });

  it('gets them while the handler is open', async () => {
    const one = framework();
    expect(await one.attempt(deliveriesOf([anEvent()]))).toEqual([DELIVERED]);
    await query('ALTER TABLE $.events DROP COLUMN traits');
    expect(await one.attempt(deliveriesOf([anEvent()]))).toEqual([DELIVERED]);
    expect(await query('SELECT traits FROM $.events')).toHaveLength(2);
  });

  it('gets them once from many instances at the same time', async () => {
    await createTable();
    const many = Array.from({ length: 10 }, () => framework());
    const outcomes = await Promise.all(many.map((one) => one.attempt(deliveriesOf([anEvent(), anEvent()]))));
    expect(outcomes.flat()).toEqual(Array.from({ length: 20 }, () => DELIVERED));
  });

  it('pauses the destination where it may create nothing', async () => {
    await createTable();
    expect(await framework({ createTable: false }).attempt(deliveriesOf([anEvent()]))).toEqual([PAUSED]);
    expect(await query('DESCRIBE TABLE $.events')).toHaveLength(5);
  });

  it('pauses the destination where it cannot be altered', async () => {
    await createTable('own');
    await query('CREATE VIEW $.events AS SELECT * FROM $.own');
    expect(await framework().attempt(deliveriesOf([anEvent()]))).toMatchObject([
      { kind: 'held', auth: true },
    ]);
  });

  it('loses no event, and is delivered to after its owner has added them', async () => {
    await createTable();
    const rig = await DeliveryRig.prepare();
    try {
      const id = await rig.destination('clickhouse', {
        ...settings(),
        createTable: false,
        maxWaitSeconds: 0,
      });
      await rig.start();
      await rig.publish(20);
      await eventually(async () => {
        const [row] = await rig.sql('SELECT paused_at, pause_reason FROM destinations');
        expect(row).toEqual({ paused_at: expect.any(Date) as unknown, pause_reason: 'missing_column' });
      });
      expect([await rig.waiting(), rig.deadLetters(), rig.position(id)]).toEqual([[], [], 0]);
      await framework().attempt(deliveriesOf([anEvent()]));
      await rig.sql('UPDATE destinations SET paused_at = NULL, pause_reason = NULL');
      await eventually(() => expect(rig.position(id)).toBe(20));
      expect(await query('SELECT 1 FROM $.events FINAL')).toHaveLength(21);
    } finally {
      await rig.dispose();
    }
  });
});

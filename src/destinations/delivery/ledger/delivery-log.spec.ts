import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { loadConfig } from '../../../config/load-config.js';
import { deliveryLogDropped } from '../../../metrics/counters.js';
import { type Delivery } from '../model/delivery.js';
import { DeliveryLog } from './delivery-log.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type Outcome } from '../model/outcome.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

const destination = { id: 'dst_1', workspaceId: 'wsp_1' } as PreparedDestination;
const delivered: Outcome = { kind: 'delivered' };
const retry: Outcome = { kind: 'retry', delayMs: 1, reason: 'http_500', status: 500 };

function aDelivery(attempt = 1, headers: Record<string, string> = {}): Delivery {
  const event = anEvent();
  return { origin: 't/0/1', item: { event, json: JSON.stringify(event), attempt }, headers };
}

/** A Postgres that keeps the columns of each statement, and can fail or hang. */
function aDatabase() {
  const database = {
    statements: [] as unknown[][][],
    away: false,
    hangs: undefined as Promise<void> | undefined,
    query: async (_: string, columns: unknown[][]) => {
      await database.hangs;
      if (database.away) throw new Error('Postgres is away');
      database.statements.push(columns);
    },
    sizes: () => database.statements.map(([ids]) => ids?.length),
  };
  return database;
}

type Mode = 'all' | 'failures' | 'off';
const logOn = (database: object, mode: Mode = 'all') =>
  new DeliveryLog(database as never, loadConfig({ DELIVERY_LOG: mode }));
const dropped = async () => (await deliveryLogDropped.get()).values[0]?.value ?? 0;
const many = (count: number, of: Outcome = delivered) =>
  [Array.from({ length: count }, () => aDelivery()), Array.from({ length: count }, () => of)] as const;

describe('the log of deliveries', () => {
  it('writes outcomes of attempts in one statement, and no row for held deliveries', async () => {
    const database = aDatabase();
    const log = logOn(database);
    const held: Outcome = { kind: 'held', reason: 'not_tried', auth: false };
    const deliveries = [aDelivery(), aDelivery(2, { replay: 'rpl_1' }), aDelivery()];
    log.add(destination, deliveries, [delivered, retry, held]);
    await log.flush();
    await log.flush();
    const [first, second] = deliveries.map(({ item }) => item.event.messageId);
    expect(database.statements).toEqual([
      [
        ['dst_1', 'dst_1'],
        ['src_1', 'src_1'],
        [first, second],
        [1, 2],
        [expect.any(Number), expect.any(Number)],
        ['delivered', 'retry'],
        [null, 500],
        [null, 'http_500'],
        [false, true],
        deliveries.slice(0, 2).map(({ item }) => item.event.receivedAt),
        ['wsp_1', 'wsp_1'],
      ],
    ]);
  });

  it('leaves out successful first attempts with DELIVERY_LOG=failures, and everything with off', async () => {
    const database = aDatabase();
    const failures = logOn(database, 'failures');
    const deliveries = [aDelivery(), aDelivery(2), aDelivery(1, { replay: 'dl_1' }), aDelivery()];
    failures.add(destination, deliveries, [delivered, delivered, delivered, retry]);
    await failures.flush();
    expect(database.sizes()).toEqual([3]);
    const off = logOn(database, 'off');
    off.add(destination, deliveries, [delivered, delivered, delivered, retry]);
    await off.flush();
    expect(database.sizes()).toEqual([3]);
  });

  it('writes filtered events, unless DELIVERY_LOG is failures or off', async () => {
    const database = aDatabase();
    const event = anEvent();
    const filtered = { offset: 1n, event, reason: 'integrations' } as const;
    for (const mode of ['failures', 'off', 'all'] as const) {
      const log = logOn(database, mode);
      log.addFiltered(destination, [filtered]);
      await log.flush();
    }
    expect(database.statements).toHaveLength(1);
    const [, , [id] = [], [attempt] = [], , [outcome] = [], , [reason] = [], [replay] = []] =
      database.statements[0] ?? [];
    expect([id, attempt, outcome, reason, replay]).toEqual([
      event.messageId,
      0,
      'filtered',
      'integrations',
      false,
    ]);
  });

  it('keeps room for attempts, however many events are filtered', async () => {
    const database = aDatabase();
    const log = logOn(database);
    database.away = true;
    const event = anEvent();
    const filtered = Array.from({ length: 30_000 }, () => ({
      offset: 1n,
      event,
      reason: 'disabled' as const,
    }));
    const before = await dropped();
    log.addFiltered(destination, filtered);
    log.add(destination, ...many(10_000));
    expect(await dropped()).toBe(before + 20_000);
  });

  it('stores no time where the event has no valid one', async () => {
    const database = aDatabase();
    const log = logOn(database);
    const times = ['half past nine', undefined, '-271821-04-20T00:00:00.000Z', '2026-11-21T12:00:00+01:00'];
    for (const receivedAt of times) {
      const event = { ...anEvent(), receivedAt } as never;
      log.addFiltered(destination, [{ offset: 1n, event, reason: 'disabled' }]);
    }
    await log.flush();
    expect(database.statements[0]?.[9]).toEqual([null, null, null, '2026-11-21T11:00:00.000Z']);
  });

  it('accepts any status of a handler and any field of a foreign record', async () => {
    const database = aDatabase();
    const log = logOn(database);
    const delivery = aDelivery();
    const event = { ...delivery.item.event, messageId: 'a\0b', projectId: undefined as never };
    const outcome: Outcome = { kind: 'dead', reason: 'x\0'.repeat(1000), status: 1e12 };
    log.add(destination, [{ ...delivery, item: { ...delivery.item, event } }], [outcome]);
    await log.flush();
    const [, [source] = [], [id] = [], , , , [status] = [], [reason] = []] = database.statements[0] ?? [];
    expect([source, id, status, reason]).toEqual(['', 'ab', null, 'x'.repeat(250)]);
  });

  it('keeps rows up to a limit while Postgres is unavailable, counts dropped ones, and stores the rest later', async () => {
    const database = aDatabase();
    const log = logOn(database);
    database.away = true;
    const before = await dropped();
    log.add(destination, ...many(25_000));
    await log.flush();
    expect(await dropped()).toBe(before + 5_000);
    database.away = false;
    await log.flush();
    expect(database.sizes()).toEqual(Array.from({ length: 20 }, () => 1_000));
  });

  it('never delays an attempt: a hanging Postgres has one statement in flight', async () => {
    const database = aDatabase();
    let release = (): void => undefined;
    database.hangs = new Promise((resolve) => (release = resolve));
    const log = logOn(database);
    for (let n = 0; n < 3; n++) log.add(destination, ...many(1_000));
    expect(database.statements).toEqual([]);
    release();
    await log.flush();
    expect(database.sizes()).toEqual([1_000, 1_000, 1_000]);
  });

  it('stores the rest at shutdown', async () => {
    const database = aDatabase();
    const log = logOn(database);
    log.onModuleInit();
    log.add(destination, ...many(3));
    await log.beforeApplicationShutdown();
    expect(database.sizes()).toEqual([3]);
  });
});

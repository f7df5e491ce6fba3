import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { redeliver } from '../../../src/destinations/delivery/ledger/redelivery.js';
import { groupOf } from '../../../src/destinations/delivery/model/prepared-destination.js';
import { type EventLog } from '../../../src/event-log/event-log.js';
import { LogUnavailable } from '../../../src/event-log/append-errors.js';
import { LocalLog } from '../../../src/event-log/local/local-log.js';
import { backlogRemoved, deliveryOutcomes } from '../../../src/metrics/counters.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { drivers, type Rig } from '../event-log/drivers.js';

const MIB = 1_048_576;
const PAUSE = 'UPDATE destinations SET paused_at = now()';
const RESUME = 'UPDATE destinations SET paused_at = NULL, version = version + 1';

const numbered = () => {
  let number = 0;
  return () => ({ event: `event ${(number += 1)}` });
};
const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `event ${from + index}`);

async function shedCount(): Promise<number> {
  const { values } = await deliveryOutcomes.get();
  const shed = values.filter(({ labels }) => labels.reason === 'backlog_limit');
  return shed.reduce((sum, { value }) => sum + value, 0);
}

const lettersOf = (rig: DeliveryRig) =>
  rig.sql<{ event_name: string; reason: string; attempts: number }>(
    'SELECT event_name, reason, attempts FROM dead_letters ORDER BY id',
  );
const totalsOf = (rig: DeliveryRig) => rig.sql<{ events: string }>('SELECT events FROM shed_backlogs');

describe.each(drivers)('a backlog over BACKLOG_MAX_EVENTS, on $name', (driver) => {
  let logRig: Rig;
  let eventLog: EventLog;
  let rig: DeliveryRig;
  let receiver: Receiver;
  const prepared = (env: Record<string, string> = {}) => {
    const topics = { EVENTS_TOPIC: logRig.topic, DEAD_LETTERS_TOPIC: logRig.otherTopic };
    return DeliveryRig.prepare({ ...topics, BACKLOG_MAX_EVENTS: '10', ...env }, eventLog);
  };
  const prepare = async (env: Record<string, string> = {}) => {
    eventLog = await logRig.open();
    rig = await prepared(env);
  };
  beforeEach(async () => {
    logRig = await driver.rig();
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await rig.dispose();
    await logRig.dispose();
    await receiver.close();
  });

  const publish = (count: number, overrides = numbered()) => rig.publish(count, overrides, {}, logRig.topic);
  const received = () => receiver.events().map(({ event }) => event);

  it('is shed from a paused destination, the oldest events first, and they can be redelivered', async () => {
    await prepare();
    const before = await shedCount();
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.sql(PAUSE);
    await publish(30);
    await rig.start();
    await eventually(async () => expect(await lettersOf(rig)).toHaveLength(21), 20_000);
    const letters = await lettersOf(rig);
    expect(letters.map(({ event_name }) => event_name)).toEqual(names(1, 21));
    expect(letters[0]).toMatchObject({ reason: 'backlog_limit', attempts: 0 });
    await eventually(async () => expect(await totalsOf(rig)).toEqual([{ events: '21' }]));
    await eventually(async () => expect((await shedCount()) - before).toBe(21));
    expect(received()).toEqual([]);

    await rig.sql(RESUME);
    await eventually(() => expect(new Set(received())).toEqual(new Set(names(22, 30))), 20_000);
    expect(await redeliver(rig.database(), id, { reason: 'backlog_limit' })).toBe(21);
    await eventually(() => expect(new Set(received())).toEqual(new Set(names(1, 30))), 20_000);
    expect(await lettersOf(rig)).toHaveLength(21);
  });

  it('is shed from destinations that cannot be used, and from those whose type the operator forbids', async () => {
    await prepare({ DESTINATION_TYPES: 'webhook' });
    const unusable = await rig.destination('webhook', { url: 7 });
    const forbidden = await rig.destination('console', {});
    await publish(30);
    await rig.start();
    await eventually(async () => {
      const rows = await rig.sql<{ destination_id: string; count: number }>(
        'SELECT destination_id, count(*)::int AS count FROM dead_letters GROUP BY 1',
      );
      const counts = Object.fromEntries(rows.map(({ destination_id, count }) => [destination_id, count]));
      expect(counts).toEqual({ [unusable]: 21, [forbidden]: 21 });
    }, 20_000);
    expect(rig.printed).toEqual([]);
  });

  it('is shed from a destination whose circuit is open', async () => {
    await prepare();
    receiver.answer = { status: 500 };
    await rig.destination('webhook', { url: receiver.url });
    await publish(60);
    await rig.start();
    await eventually(async () => {
      const letters = await lettersOf(rig);
      const waiting = await rig.waiting();
      expect(letters.length).toBeGreaterThan(20);
      expect(letters.every(({ reason }) => reason === 'backlog_limit')).toBe(true);
      expect(60 - letters.length - waiting.length).toBeLessThanOrEqual(10);
    }, 20_000);
  });

  it('stays as it is while the deliveries of the instance are paused', async () => {
    await prepare({ DELIVERY_PAUSED: 'true' });
    const id = await rig.destination('console', {});
    await eventLog.fixPosition(groupOf(id), [logRig.topic], new Date(0));
    await publish(30);
    await rig.start();
    const witness = await prepared();
    try {
      await witness.destination('console', {});
      await witness.sql(PAUSE);
      await witness.publish(30, {}, {}, logRig.topic);
      await witness.start();
      await eventually(async () => expect(await lettersOf(witness)).not.toEqual([]), 20_000);
      const positions = await eventLog.positions(groupOf(id), [logRig.topic]);
      expect(positions.reduce((sum, { next, end }) => sum + Number(end - next), 0)).toBe(60);
      expect(await lettersOf(rig)).toEqual([]);
    } finally {
      await witness.dispose();
    }
  });
});

describe('events that the retention of Kafka removes before they are delivered', () => {
  it('are counted and logged once', async () => {
    const logRig = await drivers.find(({ name }) => name === 'KafkaLog')!.rig();
    const eventLog = await logRig.open();
    const rig = await DeliveryRig.prepare({ EVENTS_TOPIC: logRig.topic }, eventLog);
    const admin = new Kafka({
      brokers: process.env['KAFKA_BROKERS']!.split(','),
      logLevel: logLevel.NOTHING,
    }).admin();
    const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    try {
      const removed = async () => (await backlogRemoved.get()).values[0]?.value ?? 0;
      const before = await removed();
      const id = await rig.destination('console', {});
      await rig.sql(PAUSE);
      await rig.publish(30, numbered(), {}, logRig.topic);
      await rig.start();
      const positions = await eventLog.positions(groupOf(id), [logRig.topic]);
      const { partition = 0, next } = positions.find(({ end, next }) => end - next === 30n) ?? {};
      expect(next).toBe(0n);
      await admin.connect();
      // Loads the topic's metadata, without which kafkajs deletes nothing.
      await admin.fetchTopicOffsets(logRig.topic);
      await admin.deleteTopicRecords({ topic: logRig.topic, partitions: [{ partition, offset: '12' }] });
      await eventually(async () => expect((await removed()) - before).toBe(12), 20_000);
      const lines = error.mock.calls.filter(
        ([line]) => (line as { event?: string }).event === 'backlog.removed',
      );
      expect(lines).toEqual([[{ event: 'backlog.removed', destination: id, records: 12 }]]);
      await rig.sql(RESUME);
      await eventually(() => expect(rig.printed.length).toBeGreaterThanOrEqual(18), 20_000);
      expect((await removed()) - before).toBe(12);
    } finally {
      vi.restoreAllMocks();
      await admin.disconnect();
      await rig.dispose();
      await logRig.dispose();
    }
  });
});

describe('a local log of 16 MiB', () => {
  let folder: string;
  let eventLog: LocalLog;
  let rig: DeliveryRig;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-backlog-'));
    eventLog = new LocalLog({
      directory: join(folder, 'log'),
      retentionMs: 3_600_000,
      maxBytes: 16 * MIB,
      maxInFlightBytes: 64 * MIB,
    });
    await eventLog.start();
    rig = await DeliveryRig.prepare({}, eventLog);
  });
  afterEach(async () => {
    await rig.dispose();
    await rm(folder, { recursive: true });
  });

  /** 200 of these are about 500 kB, as large as a batch may be. */
  const large = { properties: { text: 'x'.repeat(2_000) } };
  const anotherTenant = { workspace: 'wsp_b', source: 'src_b' };
  const fill = async () => {
    for (;;) await rig.publish(200, large);
  };

  it('takes the events of every tenant although a destination of one is paused', async () => {
    await rig.destination('console', {});
    await rig.sql(PAUSE);
    await rig.start();
    for (let round = 0; round < 100; round += 1) {
      await rig.publish(200, large);
      await rig.publish(1, {}, anotherTenant);
    }
    expect(rig.printed).toEqual([]);
    const [total] = await totalsOf(rig);
    expect(Number(total?.events)).toBeGreaterThan(10_000);
  }, 120_000);

  it('takes events again when it was full before deliveries began', async () => {
    const id = await rig.destination('console', {});
    await eventLog.fixPosition(groupOf(id), ['tributary.events'], new Date(0));
    await rig.sql(PAUSE);
    await expect(fill()).rejects.toBeInstanceOf(LogUnavailable);
    expect(eventLog.health().ready).toBe(false);
    await rig.start();
    await eventually(() => expect(eventLog.health().ready).toBe(true), 20_000);
    await expect(rig.publish(200, large)).resolves.toHaveLength(200);
    const { unread = 0, limit = 0 } = eventLog.room() ?? {};
    await eventually(() => expect(eventLog.room()?.unread).toBeLessThan(0.75 * limit), 20_000);
    expect(unread).toBeGreaterThan(0);
  }, 60_000);

  it('is not kept for a destination that was deleted while no delivery ran', async () => {
    await eventLog.fixPosition(groupOf('dst_deleted'), ['tributary.events'], new Date(0));
    await expect(fill()).rejects.toBeInstanceOf(LogUnavailable);
    await rig.start();
    await eventually(async () => expect(await eventLog.ownGroups()).toEqual([]));
    await expect(rig.publish(200, large)).resolves.toHaveLength(200);
  }, 60_000);
});

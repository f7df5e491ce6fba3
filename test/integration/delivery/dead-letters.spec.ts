import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redeliver } from '../../../src/destinations/delivery/ledger/redelivery.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { DeadLetterIndex } from '../../../src/destinations/delivery/ledger/dead-letter-index.js';
import { type PreparedDestination } from '../../../src/destinations/delivery/model/prepared-destination.js';
import { WorkspaceRoom } from '../../../src/destinations/delivery/quotas/workspace-room.js';
import { DeliveryRetention } from '../../../src/destinations/delivery/ledger/delivery-retention.js';
import { deadLettersOverflow } from '../../../src/metrics/counters.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { startPostgres } from '../../support/servers/postgres.js';

interface Row {
  readonly id: string;
  readonly origin: string;
  readonly attempts: number;
  readonly redeliveries: number;
  readonly headers: object;
}

let rig: DeliveryRig;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  receiver.answer = { status: 400 };
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

const index = () => rig.sql<Row>('SELECT * FROM dead_letters ORDER BY id');
const overflow = async () =>
  (await deadLettersOverflow.get()).values.find(({ labels }) => labels.type === 'webhook')?.value ?? 0;
const redeliverAll = () =>
  rig
    .sql<{ id: string }>('SELECT DISTINCT destination_id AS id FROM dead_letters')
    .then(([found]) => redeliver(rig.database().manager, found?.id ?? '', { redelivered: false }));

describe('the index of dead letters', () => {
  it('has each of them with the facts that administrators need', async () => {
    rig = await DeliveryRig.prepare();
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const [track] = await rig.publish(1, { event: 'Order\0 Completed' }, { traceparent: trace });
    const [page] = await rig.publish(1, { type: 'page', name: 'Home', event: 'no name of a page' });
    await rig.publish(1, { type: 'identify' });
    await eventually(async () => expect(await index()).toHaveLength(3));
    expect(rig.deadLetters()).toHaveLength(3);
    const rows = await rig.sql('SELECT * FROM dead_letters ORDER BY origin');
    expect(rows).toMatchObject([
      {
        id: expect.stringMatching(/^dl_\w{22}$/) as string,
        destination_id: id,
        source_id: track!.projectId,
        origin: 'tributary.events/0/0',
        message_id: track!.messageId,
        event_type: 'track',
        event_name: 'Order Completed',
        event: JSON.stringify(track),
        headers: { traceparent: trace },
        reason: 'http_400',
        attempts: 1,
        last_status: 400,
        redelivered_at: null,
        redeliveries: 0,
      },
      { message_id: page!.messageId, event_type: 'page', event_name: 'Home' },
      { event_type: 'identify', event_name: null },
    ]);
  });

  it('holds no more than its limit per destination, while the topic has all', async () => {
    rig = await DeliveryRig.prepare({ DEAD_LETTERS_MAX: '5' });
    const id = await rig.destination('webhook', { url: receiver.url, batch: true });
    const other = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const before = await overflow();
    await rig.publish(3);
    await eventually(() => expect([rig.position(id), rig.position(other)]).toEqual([3, 3]));
    await rig.publish(4);
    await eventually(() => expect([rig.position(id), rig.position(other)]).toEqual([7, 7]));
    const rows = await rig.sql(
      'SELECT destination_id AS of, count(*)::int FROM dead_letters GROUP BY 1 ORDER BY 1',
    );
    expect(rows).toEqual([id, other].sort().map((of) => ({ of, count: 5 })));
    expect(rig.deadLetters()).toHaveLength(14);
    expect(await overflow()).toBe(before + 4);
  });

  it('holds no more than the quota of the workspace for all its destinations, while the topic has all', async () => {
    rig = await DeliveryRig.prepare({ QUOTAS: 'deadLetters=5' });
    const ids = [
      await rig.destination('webhook', { url: receiver.url }),
      await rig.destination('webhook', { url: receiver.url, batch: true }),
    ];
    await rig.start();
    const before = await overflow();
    await rig.publish(4);
    await eventually(() => expect(ids.map((id) => rig.position(id))).toEqual([4, 4]));
    expect(await index()).toHaveLength(5);
    expect(rig.deadLetters()).toHaveLength(8);
    expect(await overflow()).toBe(before + 3);
  });

  it('takes new ones again when some were discarded, or the own quota of the workspace was raised', async () => {
    rig = await DeliveryRig.prepare({ QUOTAS: 'deadLetters=2' });
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const publishUntilHeld = async (count: number) => {
      await rig.publish(1);
      expect(await index()).toHaveLength(count);
    };
    await rig.publish(3);
    await eventually(() => expect(rig.position(id)).toBe(3));
    expect(await index()).toHaveLength(2);
    await rig.sql('DELETE FROM dead_letters WHERE id = (SELECT min(id) FROM dead_letters)');
    await eventually(() => publishUntilHeld(2), 20_000);
    await rig.sql('INSERT INTO workspace_quotas (id, dead_letters) SELECT workspace_id, 4 FROM destinations');
    await eventually(() => publishUntilHeld(4), 20_000);
  });

  it('has a dead letter once after a redelivery by the log, and counts it once', async () => {
    rig = await DeliveryRig.prepare({ DEAD_LETTERS_MAX: '3' });
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    await rig.publish(2);
    await eventually(() => expect(rig.position(id)).toBe(2));
    const before = await overflow();
    rig.log.next.forEach((_, group) => rig.log.next.set(group, 0n));
    await rig.publish(1);
    await eventually(() => expect(rig.position(id)).toBe(3));
    expect((await index()).map(({ origin }) => origin)).toEqual(
      [0, 1, 2].map((n) => `tributary.events/0/${n}`),
    );
    expect(await overflow()).toBe(before);
  });

  it('receives dead letters of an outage of Postgres after it, and the topic has them once', async () => {
    const postgres = await startPostgres();
    rig = await DeliveryRig.prepare({ DATABASE_URL: postgres.url });
    try {
      const id = await rig.destination('webhook', { url: receiver.url });
      await rig.start();
      await postgres.kill();
      await rig.publish();
      await eventually(() => expect(rig.deadLetters()).toHaveLength(1));
      expect(rig.position(id)).toBe(0);
      await postgres.restart();
      await eventually(() => expect(rig.position(id)).toBe(1), 20_000);
      expect(await index()).toHaveLength(1);
      expect([rig.deadLetters().length, receiver.requests.length]).toEqual([1, 1]);
    } finally {
      await rig.stop();
      await postgres.stop();
    }
  });

  it('writes nothing and does not fail for a destination that was deleted meanwhile', async () => {
    rig = await DeliveryRig.prepare();
    const event = anEvent();
    const delivery = { origin: 't/0/0', item: { event, json: JSON.stringify(event), attempt: 1 } };
    const [database, config] = [rig.database(), loadConfig({})];
    const gone = { id: 'dst_gone', workspaceId: 'wsp', handler: { type: 'webhook' } } as PreparedDestination;
    const room = new WorkspaceRoom(database, config);
    await new DeadLetterIndex(database, config, room).add(gone, [{ delivery, reason: 'http_400' }]);
    expect(await index()).toEqual([]);
  });

  it('deletes expired dead letters, as does the log of attempts', async () => {
    rig = await DeliveryRig.prepare();
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    await rig.sql(
      `INSERT INTO dead_letters (id, destination_id, source_id, origin, message_id, event_type, event, reason, attempts, first_failed_at, dead_at)
       SELECT 'dl_' || n, $1, 's', n, 'm', 'track', '{}', 'r', 1, now(), now() - make_interval(hours => 46 + n % 4) FROM generate_series(0, 4999) n`,
      [id],
    );
    await rig.sql(
      `INSERT INTO delivery_attempts (destination_id, source_id, message_id, attempt, at, outcome)
       SELECT $1, 's', 'm', 1, now() - make_interval(mins => 178 + n % 4), 'delivered' FROM generate_series(0, 4999) n`,
      [id],
    );
    const ages = loadConfig({ DEAD_LETTERS_DAYS: '2', DELIVERY_LOG_HOURS: '3' });
    await new DeliveryRetention(rig.database(), ages).clean();
    const [left] = await rig.sql(
      `SELECT (SELECT count(*)::int FROM dead_letters) AS letters, (SELECT count(*)::int FROM delivery_attempts) AS attempts,
        (SELECT max(now() - dead_at) < interval '48 h' FROM dead_letters) AS young`,
    );
    expect(left).toEqual({ letters: 2_500, attempts: 2_500, young: true });
  });
});

describe('a redelivered dead letter', () => {
  it('is delivered like any other, marked, and removed from the ledger', async () => {
    rig = await DeliveryRig.prepare();
    await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const events = await rig.publish(3);
    await eventually(async () => expect(await index()).toHaveLength(3));
    receiver.answer = { status: 200 };
    receiver.requests.length = 0;
    expect(await redeliverAll()).toBe(3);
    expect(await redeliverAll()).toBe(0);
    await eventually(() => expect(receiver.events()).toHaveLength(3), 15_000);
    expect(receiver.events()).toEqual(expect.arrayContaining(events));
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
    expect(await index()).toMatchObject(Array.from({ length: 3 }, () => ({ redeliveries: 1 })));
    await eventually(async () => {
      const attempts = await rig.sql(
        'SELECT attempt, outcome, replay, count(*)::int FROM delivery_attempts GROUP BY 1, 2, 3 ORDER BY 2',
      );
      expect(attempts).toEqual([
        { attempt: 1, outcome: 'dead', replay: false, count: 3 },
        { attempt: 1, outcome: 'delivered', replay: true, count: 3 },
      ]);
    });
  });

  it('that fails again is a dead letter again, and can be redelivered once more', async () => {
    rig = await DeliveryRig.prepare();
    await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    await rig.publish();
    await eventually(async () => expect(await index()).toHaveLength(1));
    const [first] = await index();
    await redeliverAll();
    await eventually(async () => expect(await index()).toHaveLength(2), 15_000);
    const second = (await index()).find(({ id }) => id !== first!.id);
    expect(second).toMatchObject({
      origin: `redelivery/${first!.id}/1`,
      attempts: 1,
      headers: { replay: first!.id },
    });
    expect(rig.deadLetters()).toMatchObject([{}, { headers: { replay: first!.id } }]);
    receiver.answer = { status: 200 };
    await redeliverAll();
    await eventually(async () => expect(await rig.waiting()).toEqual([]), 15_000);
    expect((await index()).map(({ redeliveries }) => redeliveries)).toEqual([1, 1]);
  });
});

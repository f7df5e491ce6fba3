import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

const LIMIT = 40;
/** Batches in flight when the limit is reached may exceed it. */
const BATCH = 200;

let rig: DeliveryRig;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  rig = await DeliveryRig.prepare({ WAITING_DELIVERIES_MAX: String(LIMIT) });
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

describe('a receiver that alternates between success and failure', () => {
  it('fills Postgres up to the limit only, the rest waits in the log, and all of it arrives in the end', async () => {
    let calls = 0;
    receiver.answer = () => {
      calls += 1;
      return calls % 2 === 0 ? { status: 200 } : { status: 503, headers: { 'retry-after': '3600' } };
    };
    const id = await rig.destination('webhook', { url: receiver.url });
    const other = await rig.destination('console', {});
    await rig.start();
    const events = await rig.publish(3_000);
    await eventually(() => expect(rig.position(other)).toBe(3_000), 20_000);
    await eventually(async () => expect((await rig.waiting()).length).toBeGreaterThanOrEqual(LIMIT));
    const position = rig.position(id);
    expect((await rig.waiting()).length).toBeLessThan(LIMIT + BATCH);
    expect(position).toBeLessThan(3_000 - BATCH);

    receiver.answer = { status: 200 };
    await rig.sql('UPDATE deliveries SET due_at = now()');
    await eventually(() => expect(rig.position(id)).toBe(3_000), 30_000);
    await eventually(async () => {
      await rig.sql('UPDATE deliveries SET due_at = now() WHERE claimed_until IS NULL AND due_at > now()');
      expect(await rig.waiting()).toEqual([]);
    }, 30_000);
    const received = new Set(receiver.events().map(({ messageId }) => messageId));
    expect(received).toEqual(new Set(events.map(({ messageId }) => messageId)));
    expect(rig.deadLetters()).toEqual([]);
  }, 100_000);

  it('keeps its new events in the log when as many waited before the start', async () => {
    receiver.answer = { status: 200 };
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.sql(
      `INSERT INTO deliveries (destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_reason)
       SELECT $1, 'old/0/' || n, 'm', '{"type":"track","messageId":"m"}', 1, now() + interval '1 h', now(), 'http_503'
       FROM generate_series(1, ${LIMIT}) n`,
      [id],
    );
    const other = await rig.destination('console', {});
    await rig.start();
    await rig.publish();
    await eventually(() => expect(rig.position(id)).toBe(1));
    await rig.publish(1_000);
    await eventually(() => expect(rig.position(other)).toBe(1_001));
    expect(rig.position(id)).toBeLessThanOrEqual(1 + BATCH);
    await rig.sql('DELETE FROM deliveries');
    await eventually(() => expect(rig.position(id)).toBe(1_001), 20_000);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { startPostgres } from '../../support/servers/postgres.js';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const written = (rig: DeliveryRig) =>
  rig.sql<{ message_id: string; at: Date }>('SELECT * FROM delivery_attempts ORDER BY at');

describe('the log of deliveries', () => {
  it('has each attempt with its outcome and its time', async () => {
    const rig = await DeliveryRig.prepare();
    try {
      receiver.answer = () => ({ status: receiver.requests.length < 3 ? 503 : 200 });
      const id = await rig.destination('webhook', { url: receiver.url });
      await rig.start();
      const before = Date.now();
      const [event] = await rig.publish();
      const [stored] = await rig.sql<{ workspace_id: string }>(
        'SELECT workspace_id FROM destinations WHERE id = $1',
        [id],
      );
      const common = {
        ...stored,
        destination_id: id,
        source_id: event!.projectId,
        message_id: event!.messageId,
      };
      const failed = { ...common, outcome: 'retry', status: 503, reason: 'http_503', replay: false };
      await eventually(async () =>
        expect(await written(rig)).toMatchObject([
          { ...failed, attempt: 1 },
          { ...failed, attempt: 2 },
          { ...common, attempt: 3, outcome: 'delivered', status: null, reason: null },
        ]),
      );
      for (const { at } of await written(rig)) {
        expect(at.getTime()).toBeGreaterThanOrEqual(before - 1_000);
        expect(at.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
      }
    } finally {
      await rig.dispose();
    }
  });

  it('has filtered events, with the reason of each destination', async () => {
    const rig = await DeliveryRig.prepare();
    try {
      const [byIntegrations, filtering, disabled, taking] = [
        await rig.destination('webhook', { url: receiver.url }),
        await rig.destination('console', {}),
        await rig.destination('console', {}),
        await rig.destination('console', {}),
      ];
      await rig.sql('UPDATE connections SET filter = $2 WHERE destination_id = $1', [
        filtering,
        JSON.stringify({ types: ['page'] }),
      ]);
      await rig.sql('UPDATE destinations SET enabled = false WHERE id = $1', [disabled]);
      await rig.start();
      const [event] = await rig.publish(1, { integrations: { All: true, Webhook: false } });
      const row = { message_id: event!.messageId, source_id: event!.projectId, replay: false };
      const filtered = { ...row, attempt: 0, outcome: 'filtered', received_at: new Date(event!.receivedAt) };
      await eventually(async () => {
        const rows = await written(rig);
        expect(rows).toHaveLength(4);
        expect(rows).toEqual(
          expect.arrayContaining([
            expect.objectContaining({ ...filtered, destination_id: byIntegrations, reason: 'integrations' }),
            expect.objectContaining({ ...filtered, destination_id: filtering, reason: 'connection_filter' }),
            expect.objectContaining({ ...filtered, destination_id: disabled, reason: 'disabled' }),
            expect.objectContaining({ ...row, destination_id: taking, attempt: 1, outcome: 'delivered' }),
          ]),
        );
      });
      expect(receiver.requests).toEqual([]);
    } finally {
      await rig.dispose();
    }
  });

  it('delays no delivery while Postgres is unavailable, and has its attempts after that', async () => {
    const postgres = await startPostgres();
    const rig = await DeliveryRig.prepare({ DATABASE_URL: postgres.url });
    try {
      const id = await rig.destination('webhook', { url: receiver.url, batch: true });
      await rig.start();
      await postgres.kill();
      const events = await rig.publish(3_000);
      await eventually(() => expect(rig.position(id)).toBe(3_000));
      await postgres.restart();
      await eventually(async () => {
        const ids = (await written(rig)).map(({ message_id }) => message_id);
        expect(new Set(ids)).toEqual(new Set(events.map(({ messageId }) => messageId)));
      }, 20_000);
      expect(await written(rig)).toHaveLength(3_000);
    } finally {
      await rig.dispose();
      await postgres.stop();
    }
  });

  it('is complete after an orderly stop', async () => {
    const rig = await DeliveryRig.prepare();
    try {
      const id = await rig.destination('webhook', { url: receiver.url, batch: true });
      await rig.start();
      await rig.publish(500);
      await eventually(() => expect(rig.position(id)).toBe(500));
      await rig.stop();
      await rig.start();
      expect(await written(rig)).toHaveLength(500);
    } finally {
      await rig.dispose();
    }
  });
});

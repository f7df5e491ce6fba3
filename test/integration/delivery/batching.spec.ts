import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { webhook } from '../../../src/destinations/handlers/webhook/webhook.handler.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

const WAIT_MS = 1_500;

let rig: DeliveryRig;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  rig = await DeliveryRig.prepare();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rig.dispose();
  await receiver.close();
});

const sizes = () => receiver.requests.map(({ body }) => (JSON.parse(body) as unknown[]).length);

describe('batching', () => {
  it('fills calls up to the limit of the type, also after a change of the limit', async () => {
    const id = await rig.destination('webhook', { url: receiver.url, batch: true, maxItems: 1_000 });
    await rig.start();
    await rig.publish(900);
    await eventually(() => expect(rig.position(id)).toBe(900));
    expect(sizes()).toEqual([900]);
    const settings = { url: receiver.url, batch: true, maxItems: 300 };
    await rig.sql('UPDATE destinations SET settings = $1, version = version + 1', [settings]);
    await eventually(async () => {
      await rig.publish(600);
      expect(sizes().slice(-2)).toEqual([300, 300]);
    });
  });

  it('gathers events where the type asks for it, and then sends what there is', async () => {
    vi.spyOn(webhook, 'limits').mockReturnValue({ maxItems: 5, concurrency: 1, maxWaitMs: WAIT_MS });
    const id = await rig.destination('webhook', { url: receiver.url, batch: true });
    await rig.start();
    await rig.publish(5, { event: 'full' });
    await eventually(() => expect(sizes()).toEqual([5]));
    const begun = Date.now();
    await rig.publish(1, { integrations: { Webhook: false } });
    await rig.publish(1, { event: 'first' });
    await eventually(() => expect(rig.position(id)).toBe(6));
    await rig.publish(1, { event: 'second' });
    await eventually(() => expect(rig.position(id)).toBe(8));
    expect(sizes()).toEqual([5, 2]);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(WAIT_MS);
  });
});

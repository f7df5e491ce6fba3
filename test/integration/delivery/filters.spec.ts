import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveryOutcomes } from '../../../src/metrics/counters.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

let rig: DeliveryRig;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  rig = await DeliveryRig.prepare();
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

/** The metric of filtered events for webhooks, all reasons together. */
async function filtered(): Promise<number> {
  const { values } = await deliveryOutcomes.get();
  return values
    .filter(({ labels }) => labels.type === 'webhook' && labels.outcome === 'filtered')
    .reduce((sum, { value }) => sum + value, 0);
}

const setFilter = (id: string, filter: unknown) =>
  rig.sql('UPDATE connections SET filter = $2 WHERE destination_id = $1', [id, JSON.stringify(filter)]);
const names = () => receiver.events().map(({ event }) => event);

describe('the filter of a connection', () => {
  it('lets matching events pass, counts the rest as filtered, and concerns no other destination', async () => {
    const id = await rig.destination('webhook', { url: receiver.url });
    const other = await rig.destination('console', {});
    const paid = { pointer: '/properties/total', operator: 'greater_than', value: 10 };
    await setFilter(id, { types: ['track'], events: ['Order *'], properties: [paid] });
    await rig.start();
    const before = await filtered();
    await rig.publish(1, { event: 'Order Completed', properties: { total: 5 } });
    await rig.publish(1, { event: 'Cart Viewed', properties: { total: 50 } });
    await rig.publish(1, { type: 'page', name: 'Order Page', properties: { total: 50 } });
    const [event] = await rig.publish(1, { event: 'Order Completed', properties: { total: 50 } });
    await eventually(() => expect([rig.position(id), rig.position(other)]).toEqual([4, 4]));
    expect(receiver.events()).toEqual([event]);
    expect(await filtered()).toBe(before + 3);
    expect(rig.printed).toHaveLength(4);
    expect([await rig.waiting(), rig.deadLetters()]).toEqual([[], []]);
  });

  it('belongs to one connection', async () => {
    const id = await rig.destination('webhook', { url: receiver.url });
    await setFilter(id, { events: ['a'] });
    await rig.sql(
      "INSERT INTO sources (id, workspace_id, name) SELECT 'src_second', workspace_id, 'second' FROM sources",
    );
    await rig.sql(
      `INSERT INTO connections (id, source_id, destination_id, filter) VALUES ('con_second', 'src_second', $1, $2)`,
      [id, { events: ['b'] }],
    );
    await rig.start();
    await rig.publish(1, { event: 'b' });
    await rig.publish(1, { event: 'a', properties: { from: 2 } }, { source: 'src_second' });
    await rig.publish(1, { event: 'a' });
    await rig.publish(1, { event: 'b', properties: { from: 2 } }, { source: 'src_second' });
    await eventually(() => expect(rig.position(id)).toBe(4));
    expect(names().sort()).toEqual(['a', 'b']);
  });

  it('that is unreadable lets nothing pass: events wait until it is corrected', async () => {
    const id = await rig.destination('webhook', { url: receiver.url });
    const fence = await rig.destination('console', {});
    await setFilter(id, { event: ['a'] });
    await rig.start();
    await rig.publish(1, { event: 'a' });
    await eventually(() => expect(rig.position(fence)).toBe(1));
    expect([rig.position(id), receiver.requests.length]).toEqual([0, 0]);
    await setFilter(id, { events: ['a'] });
    await eventually(() => expect(names()).toEqual(['a']));
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

let rig: DeliveryRig;
let receivers: Receiver[];
beforeEach(async () => {
  rig = await DeliveryRig.prepare();
  receivers = [];
});
afterEach(async () => {
  await rig.dispose();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

async function slowReceiver(afterMs: number): Promise<Receiver> {
  const receiver = await startReceiver();
  receiver.answer = { status: 200, afterMs };
  receivers.push(receiver);
  return receiver;
}

const idsOf = (events: readonly { messageId: string }[]) => events.map(({ messageId }) => messageId);

describe('a batch that is interrupted', () => {
  it('continues where every lane stopped: no event is repeated, and users keep their order', async () => {
    const receiver = await slowReceiver(300);
    const id = await rig.destination('segment', { endpoint: receiver.url, writeKey: 'key' });
    // Four lanes: that of the first user needs two calls, and its rest lies before what the others have in the log.
    const first = await rig.publish(150, { userId: 'u0' });
    const others = [];
    for (const userId of ['u1', 'u2', 'u3']) others.push(...(await rig.publish(10, { userId })));
    await rig.start();
    await eventually(() => expect(receiver.requests).toHaveLength(4));
    await rig.stop();
    expect(receiver.requests).toHaveLength(4);
    expect(rig.position(id)).toBe(180);

    receiver.answer = { status: 200 };
    await rig.start();
    const taken = () =>
      receiver.requests.flatMap(({ body }) => (JSON.parse(body) as { batch: { messageId: string }[] }).batch);
    await eventually(() => expect(taken()).toHaveLength(180), 20_000);
    const got = idsOf(taken());
    expect([...got].sort()).toEqual(idsOf([...first, ...others]).sort());
    expect(got.filter((one) => idsOf(first).includes(one))).toEqual(idsOf(first));
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
  });

  it('continues with changed settings: the old address receives nothing more', async () => {
    const [old, changed] = [await slowReceiver(500), await slowReceiver(0)];
    const id = await rig.destination('webhook', { url: old.url });
    const events = await rig.publish(200);
    await rig.start();
    await eventually(() => expect(old.requests.length).toBeGreaterThan(0));
    await rig.sql('UPDATE destinations SET settings = $2, version = version + 1 WHERE id = $1', [
      id,
      { url: changed.url },
    ]);
    await eventually(() => expect(changed.requests.length).toBeGreaterThan(0));
    const before = old.requests.length;
    await eventually(() => expect(rig.position(id)).toBe(200));
    expect(old.requests).toHaveLength(before);
    expect(before).toBeLessThan(200);
    expect(idsOf([...old.events(), ...changed.events()]).sort()).toEqual(idsOf(events).sort());
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

const WAIT = { timeout: 30_000 };
const script = { properties: { text: '<script>alert(1)</script>' } };

describe('a receiver whose firewall refuses some events with 403', () => {
  let rig: DeliveryRig;
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    rig = await DeliveryRig.prepare();
    receiver.answer = ({ body }) => ({ status: body.includes('<script>') ? 403 : 200 });
  });
  afterEach(async () => {
    await rig.dispose();
    await receiver.close();
  });

  const paused = () => rig.sql('SELECT id, pause_reason FROM destinations WHERE paused_at IS NOT NULL');
  const dead = () =>
    rig.deadLetters().map(({ value }) => {
      const { event, reason } = value as { event: { messageId: string }; reason: string };
      return { messageId: event.messageId, reason };
    });

  it.each([{ batch: false }, { batch: true }])('gets all others, with %j', WAIT, async (settings) => {
    await rig.destination('webhook', { url: receiver.url, ...settings });
    await rig.start();
    const before = await rig.publish(3);
    const [refused] = await rig.publish(1, script);
    const after = await rig.publish(3);
    const fine = [...before, ...after].map(({ messageId }) => messageId);
    await eventually(() => {
      const delivered = receiver.requests.filter(({ body }) => !body.includes('<script>'));
      const ids = delivered.flatMap(({ body }) => [JSON.parse(body) as { messageId: string }].flat());
      expect(new Set(ids.map(({ messageId }) => messageId))).toEqual(new Set(fine));
    });
    await eventually(
      () => expect(dead()).toEqual([{ messageId: refused?.messageId, reason: 'http_403' }]),
      20_000,
    );
    expect(await paused()).toEqual([]);
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
  });

  it('pauses when it refuses all of them, and loses none', { timeout: 60_000 }, async () => {
    receiver.answer = { status: 403 };
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const events = await rig.publish(8);
    await eventually(async () => expect(await paused()).toEqual([{ id, pause_reason: 'http_403' }]), 40_000);
    expect(dead()).toEqual([]);
    receiver.answer = { status: 200 };
    receiver.requests.length = 0;
    await rig.sql('UPDATE destinations SET paused_at = NULL, pause_reason = NULL, version = version + 1');
    await rig.stop();
    await rig.start();
    const ids = () => receiver.events().map(({ messageId }) => messageId);
    await eventually(
      () => expect(new Set(ids())).toEqual(new Set(events.map((one) => one.messageId))),
      30_000,
    );
    expect(dead()).toEqual([]);
  });

  it('keeps the answer with the dead letter on the topic, without the secrets of the destination', async () => {
    receiver.answer = {
      status: 400,
      body: '{"code":"bad_plan","message":"no \\u0007plan for s3cret-token"}',
    };
    await rig.destination('webhook', {
      url: receiver.url,
      headers: { authorization: 'Bearer s3cret-token' },
    });
    await rig.start();
    await rig.publish(1);
    await eventually(() => expect(rig.deadLetters()).toHaveLength(1));
    expect(rig.deadLetters()[0]?.value).toMatchObject({
      reason: 'http_400',
      lastStatus: 400,
      answer: 'bad_plan: no plan for ***',
    });
  });
});

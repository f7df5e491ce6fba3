import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Answer, type Receiver, startReceiver } from '../../support/receiver.js';

interface Message {
  readonly messageId: string;
  readonly userId: string;
}

let rig: DeliveryRig;
let receiver: Receiver;
/** The events that the receiver accepted, in order. */
let accepted: Message[];
let destination: string;

beforeEach(async () => {
  receiver = await startReceiver();
  rig = await DeliveryRig.prepare();
  accepted = [];
  destination = await rig.destination('segment', { endpoint: receiver.url, writeKey: 'key' });
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

function answering(answerTo: (batch: readonly Message[]) => Answer): void {
  receiver.answer = ({ body }) => {
    const { batch } = JSON.parse(body) as { batch: Message[] };
    const answer = answerTo(batch);
    if (answer !== 'hang' && answer.status === 200) accepted.push(...batch);
    return answer;
  };
}
const acceptedOf = (user: string) =>
  accepted.filter(({ userId }) => userId === user).map(({ messageId }) => messageId);
const later: Answer = { status: 500, headers: { 'retry-after': '60' } };

describe('a destination that wants order per user', () => {
  it('receives events in order although calls fail, each once', async () => {
    let calls = 0;
    answering(() => ({ status: (calls += 1) % 3 === 0 ? 500 : 200 }));
    await rig.start();
    const sent: Message[] = [];
    for (let round = 0; round < 15; round += 1)
      for (let user = 0; user < 10; user += 1)
        sent.push(...((await rig.publish(2, { userId: `u${user}` })) as Message[]));
    await eventually(() => expect(accepted).toHaveLength(sent.length), 40_000);
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
    for (let user = 0; user < 10; user += 1) {
      const wanted = sent.filter(({ userId }) => userId === `u${user}`).map(({ messageId }) => messageId);
      expect(acceptedOf(`u${user}`)).toEqual(wanted);
    }
  });

  it('lets later events wait behind a failed one, and continues as soon as that is delivered', async () => {
    answering((batch) => (batch.some(({ userId }) => userId === 'slow') ? later : { status: 200 }));
    await rig.start();
    const slow = await rig.publish(1, { userId: 'slow' });
    await eventually(() => expect(rig.position(destination)).toBe(1));
    slow.push(...(await rig.publish(50, { userId: 'slow' })));
    await rig.publish(1, { userId: 'quick' });
    await eventually(() => expect(rig.position(destination)).toBe(52));
    expect(acceptedOf('quick')).toHaveLength(1);
    expect(receiver.requests).toHaveLength(2);
    const rows = await rig.sql('SELECT attempt, order_key FROM deliveries ORDER BY sequence');
    expect(rows).toEqual(slow.map((_, index) => ({ attempt: index === 0 ? 1 : 0, order_key: 'slow' })));

    answering(() => ({ status: 200 }));
    await rig.sql("UPDATE deliveries SET due_at = now() - interval '1 h' WHERE attempt = 1");
    await eventually(() => expect(acceptedOf('slow')).toHaveLength(51), 8_000);
    expect(acceptedOf('slow')).toEqual(slow.map(({ messageId }) => messageId));
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
  });

  it('continues after an event that is given up', async () => {
    answering(([first]) => (first?.userId === 'slow' ? later : { status: 200 }));
    await rig.start();
    const [first] = await rig.publish(1, { userId: 'slow' });
    await eventually(() => expect(rig.position(destination)).toBe(1));
    const [second] = await rig.publish(1, { userId: 'slow' });
    await eventually(() => expect(rig.position(destination)).toBe(2));
    answering(([message]) => ({ status: message?.messageId === first!.messageId ? 400 : 200 }));
    await rig.sql("UPDATE deliveries SET due_at = now() - interval '1 h' WHERE attempt = 1");
    await eventually(() => expect(acceptedOf('slow')).toEqual([second!.messageId]));
    expect(rig.deadLetters()).toMatchObject([{ value: { event: { messageId: first!.messageId } } }]);
  });

  it('accepts any user id', async () => {
    answering(() => later);
    await rig.start();
    const names = ['nul\0', 'x'.repeat(100_000), '\ud800'];
    for (const userId of names) await rig.publish(1, { userId });
    await eventually(() => expect(rig.position(destination)).toBe(3));
    for (const userId of names) await rig.publish(1, { userId });
    await eventually(() => expect(rig.position(destination)).toBe(6));
    const rows = await rig.sql('SELECT count(*)::int AS count FROM deliveries GROUP BY order_key');
    expect(rows).toEqual([{ count: 2 }, { count: 2 }, { count: 2 }]);
  });
});

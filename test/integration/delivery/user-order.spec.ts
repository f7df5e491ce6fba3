import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Answer, type Receiver, startReceiver } from '../../support/receiver.js';
import { startPostgres } from '../../support/servers/postgres.js';

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

describe.each([
  ['one event per request', {}],
  ['batches', { batch: true, maxItems: 3 }],
])('a webhook with %s', (_, settings) => {
  const answeringEach = (statusOf: (events: readonly Message[]) => number): void => {
    receiver.answer = ({ body }) => {
      const events = [JSON.parse(body) as Message | Message[]].flat();
      const status = statusOf(events);
      if (status === 200) accepted.push(...events);
      return { status, afterMs: Math.random() * 10 };
    };
  };
  const publish = async (): Promise<Message[]> => {
    const sent: Message[] = [];
    for (let round = 0; round < 12; round += 1)
      for (let user = 0; user < 12; user += 1)
        sent.push(...((await rig.publish(2, { userId: `u${user}` })) as Message[]));
    return sent;
  };
  const ofUser = (events: readonly Message[], user: string) =>
    events.filter(({ userId }) => userId === user).map(({ messageId }) => messageId);

  it('receives the events of each user in order by default, also past failed calls', async () => {
    await rig.sql('DELETE FROM destinations');
    await rig.destination('webhook', { url: receiver.url, ...settings });
    let calls = 0;
    answeringEach(() => ((calls += 1) % 5 === 0 ? 500 : 200));
    await rig.start();
    const sent = await publish();
    await eventually(() => expect(accepted).toHaveLength(sent.length), 40_000);
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
    for (let user = 0; user < 12; user += 1) expect(acceptedOf(`u${user}`)).toEqual(ofUser(sent, `u${user}`));
  });

  it('with order none lets no event wait behind a failed one', async () => {
    await rig.sql('DELETE FROM destinations');
    const id = await rig.destination('webhook', { url: receiver.url, order: 'none', ...settings });
    let first: string | undefined;
    answeringEach((events) => {
      first ??= events[0]?.messageId;
      return events.some(({ messageId }) => messageId === first) ? 500 : 200;
    });
    await rig.start();
    const sent = await rig.publish(10, { userId: 'u0' });
    await eventually(() => expect(rig.position(id)).toBe(10));
    const tried = new Set(
      receiver.requests
        .flatMap(({ body }) => [JSON.parse(body) as Message | Message[]].flat())
        .map(({ messageId }) => messageId),
    );
    expect(tried.size).toBe(sent.length);
  });

  it('goes on while Postgres is unavailable, where no delivery waits', async () => {
    const postgres = await startPostgres();
    const other = await DeliveryRig.prepare({ DATABASE_URL: postgres.url });
    try {
      await other.destination('webhook', { url: receiver.url, ...settings });
      await other.start();
      await postgres.kill();
      const sent = await other.publish(20);
      await eventually(() => expect(receiver.events()).toHaveLength(20));
      expect(receiver.events().map(({ messageId }) => messageId)).toEqual(
        sent.map(({ messageId }) => messageId),
      );
    } finally {
      await other.dispose();
      await postgres.stop();
    }
  });

  it('waits while Postgres is unavailable, where a delivery waits', async () => {
    const postgres = await startPostgres();
    const other = await DeliveryRig.prepare({ DATABASE_URL: postgres.url });
    try {
      const id = await other.destination('webhook', { url: receiver.url, ...settings });
      await other.start();
      receiver.answer = { status: 500, headers: { 'retry-after': '60' } };
      await other.publish();
      await eventually(() => expect(other.position(id)).toBe(1));
      receiver.answer = { status: 200 };
      await postgres.kill();
      const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
      await other.publish();
      const waits = { event: 'delivery.recording_waits', what: 'order' };
      await eventually(() => expect(warn).toHaveBeenCalledWith(expect.objectContaining(waits)));
      expect(receiver.requests).toHaveLength(1);
    } finally {
      vi.restoreAllMocks();
      await other.dispose();
      await postgres.stop();
    }
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type Answer, type Receiver, startReceiver } from '../../support/receiver.js';
import { drivers } from '../event-log/drivers.js';
import { ReplayRig } from './replay-rig.js';

interface Message {
  readonly messageId: string;
  readonly userId: string;
}

const PATIENCE = 30_000;
const later: Answer = { status: 500, headers: { 'retry-after': '3600' } };
const idsOf = (messages: readonly { readonly messageId: string }[]) =>
  messages.map(({ messageId }) => messageId);

describe('a replay to a destination that wants order per user', () => {
  let rig: ReplayRig;
  let receiver: Receiver;
  /** The events that the receiver accepted, in order. */
  let accepted: Message[];

  beforeEach(async () => {
    receiver = await startReceiver();
    rig = await ReplayRig.prepare(drivers[0]!);
    await rig.start();
    accepted = [];
  });
  afterEach(async () => {
    await rig.dispose();
    await receiver.close();
  });

  const destination = () => rig.destination({ endpoint: receiver.url, writeKey: 'key' }, 'segment');

  function answering(answerTo: (batch: readonly Message[]) => Answer): void {
    receiver.answer = ({ body }) => {
      const { batch } = JSON.parse(body) as { batch: Message[] };
      const answer = answerTo(batch);
      if (answer !== 'hang' && answer.status === 200) accepted.push(...batch);
      return answer;
    };
  }
  const acceptedOf = (user: string) => idsOf(accepted.filter(({ userId }) => userId === user));

  it('keeps the order although calls fail, and sends each event once', async () => {
    const { events, from, to } = await rig.past(240, (index) => ({ userId: `u${index % 8}` }));
    const id = await destination();
    let calls = 0;
    answering(() => ({ status: (calls += 1) % 3 === 0 ? 500 : 200 }));
    const replay = await rig.replay(id, { from, to, rateLimit: 40 });
    await rig.ended(replay);
    await eventually(
      async () => expect((await rig.read(replay)).progress).toMatchObject({ delivered: 240, retrying: 0 }),
      PATIENCE,
    );
    for (let user = 0; user < 8; user += 1)
      expect(acceptedOf(`u${user}`)).toEqual(idsOf(events.filter(({ userId }) => userId === `u${user}`)));
  });

  it('neither waits behind failures of new events of a user, nor makes those wait', async () => {
    const past = await rig.past(5, { userId: 'slow' });
    const id = await destination();
    const [failing] = past.events;
    answering((batch) =>
      batch.some(({ messageId }) => messageId === failing!.messageId) ? later : { status: 200 },
    );
    const replay = await rig.replay(id, { from: past.from, to: past.to });
    await rig.ended(replay);
    expect((await rig.read(replay)).progress).toMatchObject({ counted: 5, retrying: 5 });

    const live = await rig.publish(3, { userId: 'slow' });
    await eventually(() => expect(acceptedOf('slow')).toEqual(idsOf(live)), PATIENCE);
    answering((batch) =>
      batch.some(({ messageId }) => messageId === blocked!.messageId) ? later : { status: 200 },
    );
    const [blocked, ...behind] = await rig.publish(2, { userId: 'slow' });
    const waiting = () =>
      rig.sql<{ key: string }>('SELECT order_key AS key FROM deliveries ORDER BY sequence');
    const keys = [...past.events.map(() => `${replay}/slow`), 'slow', 'slow'];
    await eventually(async () => expect((await waiting()).map(({ key }) => key)).toEqual(keys), PATIENCE);

    await rig.sql("UPDATE deliveries SET due_at = now() - interval '1 h' WHERE order_key <> 'slow'");
    const replayed = [...idsOf(live), ...idsOf(past.events)];
    await eventually(() => expect(acceptedOf('slow')).toEqual(replayed), PATIENCE);
    answering(() => ({ status: 200 }));
    await rig.sql("UPDATE deliveries SET due_at = now() - interval '1 h'");
    await eventually(
      () => expect(acceptedOf('slow')).toEqual([...replayed, ...idsOf([blocked!, ...behind])]),
      PATIENCE,
    );
    expect((await rig.read(replay)).progress).toMatchObject({ delivered: 5, retrying: 0 });
  });
});

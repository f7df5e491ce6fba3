import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { discardDeadLetters, redeliver } from '../../../src/destinations/delivery/ledger/redelivery.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { drivers } from '../event-log/drivers.js';
import { moment, ReplayRig } from './replay-rig.js';

const PATIENCE = 30_000;
const ids = (from: readonly { readonly messageId: string }[]) =>
  from.map(({ messageId }) => messageId).sort();

describe('the outcome of replayed events', () => {
  let rig: ReplayRig;
  let receiver: Receiver;

  beforeAll(async () => {
    rig = await ReplayRig.prepare(drivers[0]!);
    await rig.start();
  });
  afterAll(() => rig.dispose());
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await rig.clear();
    await receiver.close();
  });

  it('is counted at any time, also for retried ones', async () => {
    const { from, to } = await rig.past(36, (index) => ({ event: `kind ${index % 6}` }));
    const id = await rig.destination({ url: receiver.url });
    const tries = new Map<string, number>();
    receiver.answer = ({ body }) => {
      const { messageId, event } = JSON.parse(body) as { messageId: string; event: string };
      const attempt = (tries.get(messageId) ?? 0) + 1;
      tries.set(messageId, attempt);
      if (event === 'kind 1') return { status: attempt < 3 ? 503 : 200 };
      return { status: event !== 'kind 3' ? 200 : attempt === 1 ? 503 : 400 };
    };
    const replay = await rig.replay(id, { from, to });
    const seen = new Set<number>();
    await eventually(async () => {
      const { progress, state } = await rig.read(replay);
      const { counted, delivered, filtered, retrying, dead } = progress;
      expect([counted, retrying >= 0]).toEqual([delivered + filtered + retrying + dead, true]);
      seen.add(retrying);
      expect([state, retrying, counted]).toEqual(['completed', 0, 36]);
    }, PATIENCE);
    expect(seen.size).toBeGreaterThan(1);
    const counts = { counted: 36, delivered: 30, filtered: 0, retrying: 0, dead: 6 };
    expect((await rig.read(replay)).progress).toMatchObject(counts);
    expect(await rig.sql('SELECT 1 FROM dead_letters WHERE destination_id = $1', [id])).toHaveLength(6);
  });

  it('follows after the replay is completed, as retries that keep the mark', async () => {
    const { events, from, to } = await rig.past(6);
    const id = await rig.destination({ url: receiver.url });
    const [refused] = events;
    receiver.answer = ({ body }) => {
      if (body.includes(`"${refused!.messageId}"`)) return { status: 400 };
      return { status: 503, headers: { 'retry-after': '3600' } };
    };
    const replay = await rig.replay(id, { from, to });
    await rig.ended(replay);
    expect((await rig.read(replay)).progress).toMatchObject({
      counted: 6,
      delivered: 0,
      retrying: 5,
      dead: 1,
    });
    const rows = await rig.sql<{ origin: string; headers: object }>('SELECT origin, headers FROM deliveries');
    expect(rows).toHaveLength(5);
    for (const { origin, headers } of rows) {
      expect(origin.startsWith(`replay/${replay}/`)).toBe(true);
      expect(headers).toMatchObject({ replay });
    }
    const [dead] = await rig.sql('SELECT origin, message_id, headers FROM dead_letters');
    expect(dead).toMatchObject({ message_id: refused!.messageId, headers: { replay } });

    receiver.requests.length = 0;
    receiver.answer = { status: 200 };
    await rig.sql("UPDATE deliveries SET due_at = now() - interval '1 h'");
    await eventually(
      async () =>
        expect((await rig.read(replay)).progress).toMatchObject({ delivered: 5, retrying: 0, dead: 1 }),
      PATIENCE,
    );
    expect(receiver.requests).toHaveLength(5);
    for (const { headers } of receiver.requests) expect(headers['tributary-replay']).toBe(replay);
    expect(await rig.read(replay)).toMatchObject({ state: 'completed', version: 2 });
  });

  it('waits while the destination fails, instead of filling the ledger, and continues after that', async () => {
    const { events, from, to } = await rig.past(150);
    const id = await rig.destination({ url: receiver.url });
    receiver.answer = { status: 503 };
    const replay = await rig.replay(id, { from, to });
    await eventually(
      async () => expect((await rig.read(replay)).reason).toBe('destination_failing'),
      PATIENCE,
    );
    const rows = await rig.sql('SELECT 1 FROM deliveries');
    expect(rows.length).toBeLessThan(50);
    receiver.requests.length = 0;
    receiver.answer = { status: 200 };
    await rig.ended(replay);
    await eventually(
      async () => expect((await rig.read(replay)).progress).toMatchObject({ delivered: 150, retrying: 0 }),
      PATIENCE,
    );
    expect(ids(receiver.events())).toEqual(ids(events));
  });

  it('is kept for events ahead of the position when another worker takes over', async () => {
    const { events, from, to } = await rig.past(10);
    const id = await rig.destination({ url: receiver.url });
    const idle = await rig.replay(id, { from, to }, { state: 'paused' });
    const { plan } = await rig.row(idle);
    const { ranges } = plan as { ranges: { from: string }[] };
    const first = Number(ranges[0]!.from);
    const progress = {
      positions: { 0: String(first + 3) },
      ahead: [`events/0/${first + 5}`],
      scanned: 3,
      counted: 4,
      delivered: 4,
    };
    const claimed = { claimedBy: 'somebody who died', claimedUntil: new Date(Date.now() + 1_500) };
    const replay = await rig.replay(id, { from, to }, { ...claimed, progress });
    await rig.ended(replay);
    expect(Date.now()).toBeGreaterThan(claimed.claimedUntil.getTime());
    expect(ids(receiver.events())).toEqual(ids(events.filter((_, index) => index > 2 && index !== 5)));
    expect((await rig.read(replay)).progress).toMatchObject({
      scanned: 10,
      counted: 10,
      delivered: 10,
      missed: 0,
    });
    expect((await rig.row(replay)).progress).toMatchObject({ ahead: [] });
  });

  describe('of dead letters', () => {
    /** Events that became dead letters at their first delivery. */
    async function givenUp(id: string, count: number) {
      const from = await moment();
      receiver.answer = { status: 400 };
      const events = await rig.publish(count);
      const rows = () =>
        rig.sql<{ id: string; message_id: string }>(
          'SELECT id, message_id FROM dead_letters WHERE destination_id = $1 AND redelivered_at IS NULL',
          [id],
        );
      await eventually(async () => expect(await rows()).toHaveLength(count), PATIENCE);
      const letters = await rows();
      const letterOf = (index: number) =>
        letters.find(({ message_id }) => message_id === events[index]!.messageId)!.id;
      receiver.requests.length = 0;
      return { events, letterOf, criteria: { from, to: await moment(), onlyFailed: true } };
    }

    it('is one delivery each, and none for discarded or redelivered ones', async () => {
      const id = await rig.destination({ url: receiver.url });
      const { events, letterOf, criteria } = await givenUp(id, 7);
      await discardDeadLetters(rig.manager, id, { ids: [letterOf(0)] });
      receiver.answer = { status: 200 };
      await redeliver(rig.manager, id, { ids: [letterOf(1)] });
      await eventually(() => expect(receiver.requests).toHaveLength(1), PATIENCE);
      receiver.requests.length = 0;
      expect(await rig.dryRun(id, criteria)).toMatchObject({ seen: { count: 5, scanned: 5 } });
      const replay = await rig.replay(id, criteria);
      await rig.ended(replay);
      expect(ids(receiver.events())).toEqual(ids(events.slice(2)));
      expect((await rig.read(replay)).progress).toMatchObject({
        total: 5,
        counted: 5,
        delivered: 5,
        missed: 0,
      });
      expect(await rig.dryRun(id, criteria)).toMatchObject({ seen: { count: 0 } });
      const again = await rig.replay(id, criteria);
      await rig.ended(again);
      expect(receiver.requests).toHaveLength(5);
    });

    it('is another dead letter after a failure, which the next replay sends once', async () => {
      const id = await rig.destination({ url: receiver.url });
      const { events, criteria } = await givenUp(id, 4);
      const stubborn = events[2]!.messageId;
      receiver.answer = ({ body }) => ({ status: body.includes(stubborn) ? 400 : 200 });
      const first = await rig.replay(id, criteria);
      await rig.ended(first);
      expect((await rig.read(first)).progress).toMatchObject({ counted: 4, delivered: 3, dead: 1 });
      receiver.requests.length = 0;
      receiver.answer = { status: 200 };
      const later = { ...criteria, to: await moment() };
      const second = await rig.replay(id, later);
      await rig.ended(second);
      expect(receiver.events()).toMatchObject([{ messageId: stubborn }]);
      expect((await rig.read(second)).progress).toMatchObject({ counted: 1, delivered: 1 });
    });

    it('is the same through a pause in the middle: none is repeated or missed', async () => {
      const id = await rig.destination({ url: receiver.url });
      const { events, criteria } = await givenUp(id, 12);
      const stuck = events[1]!.messageId;
      receiver.answer = ({ body }) => (body.includes(stuck) ? 'hang' : { status: 200 });
      const replay = await rig.replay(id, criteria);
      await eventually(() => expect(receiver.requests).toHaveLength(12), PATIENCE);
      await rig.set(replay, 'paused');
      await rig.stopped(replay);
      expect((await rig.read(replay)).progress).toMatchObject({ counted: 11, delivered: 11 });
      receiver.requests.length = 0;
      receiver.answer = { status: 200 };
      await rig.set(replay, 'running');
      await rig.ended(replay);
      expect(ids(receiver.events())).toEqual([stuck]);
      expect((await rig.read(replay)).progress).toMatchObject({
        scanned: 12,
        counted: 12,
        delivered: 12,
        missed: 0,
      });
    });
  });
});

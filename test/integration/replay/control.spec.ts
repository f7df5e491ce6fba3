import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { drivers } from '../event-log/drivers.js';
import { ReplayRig } from './replay-rig.js';

const PATIENCE = 30_000;
const ids = (from: readonly { readonly messageId: string }[]) =>
  from.map(({ messageId }) => messageId).sort();

describe('a replay', () => {
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

  const says = (id: string, reason: string) =>
    eventually(async () => expect((await rig.read(id)).reason).toBe(reason), PATIENCE);

  it('keeps to its rate', async () => {
    const { from, to } = await rig.past(60);
    const id = await rig.destination({ url: receiver.url });
    const arrivals: number[] = [];
    receiver.answer = () => {
      arrivals.push(Date.now());
      return { status: 200 };
    };
    await rig.ended(await rig.replay(id, { from, to, rateLimit: 20 }));
    expect(arrivals).toHaveLength(60);
    expect(arrivals.at(-1)! - arrivals[0]!).toBeGreaterThan(1_800);
  });

  it('runs beside another replay of the same destination, each with its own events and counts', async () => {
    const [first, second] = [await rig.past(30), await rig.past(50)];
    const id = await rig.destination({ url: receiver.url });
    receiver.answer = { status: 200, afterMs: 50 };
    const replays = [
      await rig.replay(id, { from: first.from, to: first.to, rateLimit: 40 }),
      await rig.replay(id, { from: first.from, to: second.to, rateLimit: 40 }),
    ];
    await Promise.all(replays.map((replay) => rig.ended(replay)));
    const marks = receiver.requests.map(({ headers }) => headers['tributary-replay']);
    const order = marks.filter((mark, index) => mark !== marks[index - 1]);
    expect(order.length).toBeGreaterThan(2);
    for (const [replay, events] of [
      [replays[0]!, first.events] as const,
      [replays[1]!, [...first.events, ...second.events]] as const,
    ]) {
      const own = receiver.requests.filter(({ headers }) => headers['tributary-replay'] === replay);
      const got = own.map(({ body }) => JSON.parse(body) as { messageId: string });
      expect(ids(got)).toEqual(ids(events));
      const counts = { counted: events.length, delivered: events.length };
      expect((await rig.read(replay)).progress).toMatchObject(counts);
    }
  });

  it.each([
    ['paused', 'paused_at = now()', 'paused_at = NULL'],
    ['disabled', 'enabled = false', 'enabled = true'],
  ])('waits for a destination that is %s, and shows that as its reason', async (state, away, back) => {
    const { from, to } = await rig.past(10);
    const id = await rig.destination({ url: receiver.url });
    await rig.sql(`UPDATE destinations SET ${away} WHERE id = $1`, [id]);
    await eventually(() => expect(rig.stateOf(id)).toBe(state));
    const replay = await rig.replay(id, { from, to });
    await says(replay, `destination_${state}`);
    expect(receiver.requests).toEqual([]);
    await rig.sql(`UPDATE destinations SET ${back} WHERE id = $1`, [id]);
    await rig.ended(replay);
    expect(receiver.requests).toHaveLength(10);
    expect(await rig.read(replay)).toMatchObject({ reason: null, progress: { delivered: 10 } });
  });

  it('waits where it is when its destination is paused in the middle', async () => {
    const { events, from, to } = await rig.past(120);
    const id = await rig.destination({ url: receiver.url });
    const replay = await rig.replay(id, { from, to, rateLimit: 40 });
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(10), PATIENCE);
    await rig.sql('UPDATE destinations SET paused_at = now() WHERE id = $1', [id]);
    await says(replay, 'destination_paused');
    expect(receiver.requests.length).toBeLessThan(120);
    await rig.sql('UPDATE destinations SET paused_at = NULL WHERE id = $1', [id]);
    await rig.ended(replay);
    expect(ids(receiver.events())).toEqual(ids(events));
  });

  it('fails when its destination is deleted in the middle, and sends nothing more', async () => {
    const { from, to } = await rig.past(200);
    const id = await rig.destination({ url: receiver.url });
    const other = await startReceiver();
    await rig.destination({ url: other.url });
    receiver.answer = () => ({ status: receiver.requests.length % 10 === 0 ? 503 : 200 });
    const replay = await rig.replay(id, { from, to, rateLimit: 40 });
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(20), PATIENCE);
    await rig.sql('DELETE FROM connections WHERE destination_id = $1', [id]);
    await rig.sql('DELETE FROM destinations WHERE id = $1', [id]);
    await rig.ended(replay, 'failed');
    await rig.stopped(replay);
    const { length } = receiver.requests;
    expect(length).toBeLessThan(200);
    const { state, reason, progress } = await rig.read(replay);
    expect([state, reason]).toEqual(['failed', 'destination_deleted']);
    expect(progress.delivered).toBeLessThanOrEqual(length);
    await rig.publish(1, { event: 'fence' });
    await eventually(() => expect(other.events()).toMatchObject([{ event: 'fence' }]), PATIENCE);
    expect(receiver.requests).toHaveLength(length);
    await other.close();
  });

  it('fails even if it was paused when its destination was deleted', async () => {
    const { from, to } = await rig.past(1);
    const id = await rig.destination({ url: receiver.url });
    const replay = await rig.replay(id, { from, to }, { state: 'paused' });
    await rig.clear();
    await rig.ended(replay, 'failed');
    expect(await rig.read(replay)).toMatchObject({ reason: 'destination_deleted' });
    expect(receiver.requests).toEqual([]);
  });
});

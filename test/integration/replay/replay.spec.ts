import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { drivers } from '../event-log/drivers.js';
import { moment, ReplayRig } from './replay-rig.js';

const PATIENCE = 30_000;
const ids = (from: readonly { readonly messageId: string }[]) =>
  from.map(({ messageId }) => messageId).sort();

describe.each(drivers)('replay from $name', (driver) => {
  let rig: ReplayRig;
  let receiver: Receiver;
  let other: Receiver;

  beforeAll(async () => {
    rig = await ReplayRig.prepare(driver);
    await rig.start();
  });
  afterAll(() => rig.dispose());
  beforeEach(async () => {
    receiver = await startReceiver();
    other = await startReceiver();
  });
  afterEach(async () => {
    await rig.clear();
    await receiver.close();
    await other.close();
  });

  it('delivers the events that the dry run counts, marked, to one destination only', async () => {
    await rig.publish(15, { event: 'Too early' });
    const from = await moment();
    const wanted = await rig.publish(40);
    await rig.publish(10, { event: 'Not asked for' });
    await rig.publish(5, { integrations: { Webhook: false } });
    const to = await moment();
    await rig.publish(20, { event: 'Too late' });
    await moment();
    const id = await rig.destination({ url: receiver.url });
    await rig.destination({ url: other.url });

    const criteria = { from, to, types: ['track' as const], events: ['Order *'] };
    const found = await rig.dryRun(id, criteria);
    expect(found).toMatchObject({ seen: { count: 40, scanned: 55 }, complete: true });
    const { first, last } = found.seen;
    expect([first! >= Date.parse(from), last! < Date.parse(to)]).toEqual([true, true]);
    expect(receiver.requests).toEqual([]);

    const replay = await rig.replay(id, criteria);
    await rig.ended(replay);
    expect(ids(receiver.events())).toEqual(ids(wanted));
    expect(new Set(receiver.requests.map(({ headers }) => headers['tributary-replay']))).toEqual(
      new Set([replay]),
    );
    const counts = { scanned: 55, counted: 40, delivered: 40, filtered: 0, retrying: 0, dead: 0 };
    expect((await rig.read(replay)).progress).toMatchObject({ ...counts, percent: 100, missed: 0 });

    await rig.publish(1, { event: 'fence' });
    await eventually(() => expect(other.events()).toMatchObject([{ event: 'fence' }]), PATIENCE);
    await eventually(() => expect(receiver.events().at(-1)).toMatchObject({ event: 'fence' }), PATIENCE);
    expect(other.events()).toHaveLength(1);
    expect(receiver.requests.at(-1)!.headers).not.toHaveProperty('tributary-replay');
  });

  it('continues where it was after a pause, sends nothing twice, and stops when it is cancelled', async () => {
    const { events, from, to } = await rig.past(200);
    const id = await rig.destination({ url: receiver.url });
    const replay = await rig.replay(id, { from, to, rateLimit: 50 });
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(20), PATIENCE);

    await rig.set(replay, 'paused');
    expect(await rig.stopped(replay)).toBeLessThan(2_000);
    const before = receiver.requests.length;
    expect((await rig.read(replay)).progress).toMatchObject({ counted: before, delivered: before });
    await rig.set(replay, 'running');
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(before + 20), PATIENCE);

    await rig.set(replay, 'cancelled');
    expect(await rig.stopped(replay)).toBeLessThan(2_000);
    const got = ids(receiver.events());
    expect((await rig.read(replay)).progress).toMatchObject({ counted: got.length, delivered: got.length });
    expect(got.length).toBeLessThan(200);
    expect(new Set(got).size).toBe(got.length);
    expect(ids(events)).toEqual(expect.arrayContaining(got));

    await rig.publish(1, { event: 'fence' });
    await eventually(() => expect(receiver.events().at(-1)).toMatchObject({ event: 'fence' }), PATIENCE);
    expect(receiver.requests).toHaveLength(got.length + 1);
  });

  it.each(['paused', 'cancelled'] as const)(
    'is %s within two seconds while its receiver hangs',
    async (state) => {
      // Of one user, so that they lie in one partition and are in flight together.
      const user = (index: number) => (index >= 10 && index < 13 ? { userId: 'stuck' } : {});
      const { events, from, to } = await rig.past(40, user);
      const id = await rig.destination({ url: receiver.url, order: 'none' });
      const stuck = events.slice(10, 13).map(({ messageId }) => messageId);
      receiver.answer = ({ body }) => (stuck.some((one) => body.includes(one)) ? 'hang' : { status: 200 });
      const replay = await rig.replay(id, { from, to });
      const isStuck = () =>
        expect(receiver.events().filter(({ messageId }) => stuck.includes(messageId))).toHaveLength(3);
      await eventually(isStuck, PATIENCE);
      await rig.set(replay, state);
      expect(await rig.stopped(replay)).toBeLessThan(2_000);
      const counted = receiver.requests.length - 3;
      expect((await rig.read(replay)).progress).toMatchObject({ counted, delivered: counted });
      if (state === 'cancelled') return;

      // Aborted ones are repeated, and no others, not even those with higher offsets.
      receiver.answer = { status: 200 };
      await rig.set(replay, 'running');
      await rig.ended(replay);
      expect((await rig.read(replay)).progress).toMatchObject({ counted: 40, delivered: 40, missed: 0 });
      expect(ids(receiver.events())).toEqual([...ids(events), ...stuck].sort());
    },
  );

  it('continues in the next process after a stop, and delivers nothing twice', async () => {
    const { events, from, to } = await rig.past(80);
    const id = await rig.destination({ url: receiver.url });
    const replay = await rig.replay(id, { from, to, rateLimit: 40 });
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(10), PATIENCE);
    await rig.stop();
    expect(receiver.requests.length).toBeLessThan(80);
    await rig.start();
    await rig.ended(replay);
    expect(ids(receiver.events())).toEqual(ids(events));
  });
});

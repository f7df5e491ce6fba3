import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { drivers } from '../event-log/drivers.js';
import { ReplayRig } from './replay-rig.js';

const SLOW = 60_000;
const PATIENCE = 30_000;

describe.each(drivers)('replay from $name', { timeout: SLOW }, (driver) => {
  let rig: ReplayRig;
  let receiver: Receiver;
  let other: Receiver;

  beforeEach(async () => {
    receiver = await startReceiver();
    other = await startReceiver();
    rig = await ReplayRig.prepare(driver);
  });
  afterEach(async () => {
    await rig.dispose();
    await receiver.close();
    await other.close();
  });

  const ids = (from: readonly { readonly messageId: string }[]) =>
    from.map(({ messageId }) => messageId).sort();

  async function moment(): Promise<string> {
    const time = Date.now() + 1;
    await eventually(() => expect(Date.now()).toBeGreaterThan(time));
    return new Date(time).toISOString();
  }

  /** Two destinations that have got everything, and nothing remembered of that. */
  async function delivered(count: number): Promise<string> {
    await eventually(
      () => expect([receiver.events().length, other.events().length]).toEqual([count, count]),
      PATIENCE,
    );
    receiver.requests.length = 0;
    return moment();
  }

  const ended = (id: string, state = 'completed') =>
    eventually(async () => expect((await rig.read(id)).state).toBe(state), PATIENCE);

  it('delivers what the dry run counts, marked, to one destination alone', async () => {
    const id = await rig.destination(receiver.url);
    await rig.destination(other.url);
    await rig.start();
    await rig.publish(15, { event: 'Too early' });
    const from = await moment();
    const wanted = await rig.publish(40);
    await rig.publish(10, { event: 'Not asked for' });
    await rig.publish(5, { integrations: { Webhook: false } });
    const to = await moment();
    await rig.publish(20, { event: 'Too late' });
    await delivered(85);

    const criteria = { from, to, types: ['track' as const], events: ['Order *'] };
    const found = await rig.dryRun(id, criteria);
    expect(found).toMatchObject({ seen: { count: 40, scanned: 55 }, complete: true });
    const { first, last } = found.seen;
    expect([first! >= Date.parse(from), last! < Date.parse(to)]).toEqual([true, true]);
    expect(receiver.requests).toEqual([]);

    const replay = await rig.replay(id, criteria);
    await ended(replay);
    expect(ids(receiver.events())).toEqual(ids(wanted));
    expect(new Set(receiver.requests.map(({ headers }) => headers['tributary-replay']))).toEqual(
      new Set([replay]),
    );
    const counts = { scanned: 55, counted: 40, delivered: 40, filtered: 0, retrying: 0, dead: 0 };
    expect((await rig.read(replay)).progress).toMatchObject(counts);

    await rig.publish(1, { event: 'fence' });
    await eventually(() => expect(other.events()).toHaveLength(86), PATIENCE);
    await eventually(() => expect(receiver.events().at(-1)).toMatchObject({ event: 'fence' }), PATIENCE);
    expect(other.events()).toHaveLength(86);
    expect(receiver.requests.at(-1)!.headers).not.toHaveProperty('tributary-replay');
  });

  it('stops within two seconds when it is cancelled, and goes on where it was after a pause', async () => {
    const id = await rig.destination(receiver.url);
    await rig.destination(other.url);
    await rig.start();
    const events = await rig.publish(200);
    const to = await delivered(200);
    receiver.answer = { status: 200, afterMs: 100 };
    const replay = await rig.replay(id, { to, rateLimit: 40 });
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(20), PATIENCE);

    await rig.set(replay, 'paused');
    const paused = Date.now();
    await eventually(async () => expect((await rig.read(replay)).claimedBy).toBeNull());
    expect(Date.now() - paused).toBeLessThan(2_000);
    const before = receiver.requests.length;
    expect(before).toBeLessThan(150);
    await rig.set(replay, 'running');
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(before + 20), PATIENCE);

    await rig.set(replay, 'cancelled');
    const cancelled = Date.now();
    await eventually(async () => expect((await rig.read(replay)).claimedBy).toBeNull());
    expect(Date.now() - cancelled).toBeLessThan(2_000);
    const { progress, state } = await rig.read(replay);
    const got = ids(receiver.events());
    expect(state).toBe('cancelled');
    expect(got.length).toBeLessThan(200);
    expect(new Set(got).size).toBeGreaterThanOrEqual(progress.delivered);
    // What was under way at the pause may come again, and nothing else.
    expect(got.length - new Set(got).size).toBeLessThanOrEqual(16);
    expect(ids(events)).toEqual(expect.arrayContaining(got));

    await rig.publish(1, { event: 'fence' });
    await eventually(() => expect(receiver.events().at(-1)).toMatchObject({ event: 'fence' }), PATIENCE);
    expect(receiver.requests).toHaveLength(got.length + 1);
  });

  it('goes on from what was written down when whoever ran it has died', async () => {
    const id = await rig.destination(receiver.url);
    await rig.destination(other.url);
    await rig.start();
    await rig.publish(60);
    const to = await delivered(60);
    const claimed = { claimedBy: 'somebody who died', claimedUntil: new Date(Date.now() + 3_000) };
    const whole = await rig.replay(id, { to }, { state: 'paused' });
    const { plan } = await rig.read(whole);
    const { ranges } = plan as { ranges: { partition: number; from: string; to: string }[] };
    // Of each partition all but the last three events are done.
    const rest = ranges.map(({ partition, from, to: end }) => {
      const next = Math.max(Number(from), Number(end) - 3);
      return { partition, next, left: Number(end) - next };
    });
    const left = rest.reduce((sum, one) => sum + one.left, 0);
    const positions = Object.fromEntries(rest.map(({ partition, next }) => [partition, String(next)]));
    const done = 60 - left;
    const progress = { positions, scanned: done, counted: done, delivered: done };
    const replay = await rig.replay(id, { to }, { ...claimed, progress });
    await ended(replay);
    expect(Date.now()).toBeGreaterThan(claimed.claimedUntil.getTime());
    expect(receiver.requests).toHaveLength(left);
    expect((await rig.read(replay)).progress).toMatchObject({ scanned: 60, delivered: 60 });
  });

  it('goes on in the next process after a stop, and delivers nothing twice', async () => {
    const id = await rig.destination(receiver.url);
    await rig.destination(other.url);
    await rig.start();
    const events = await rig.publish(120);
    const to = await delivered(120);
    const replay = await rig.replay(id, { to, rateLimit: 40 });
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(10), PATIENCE);
    await rig.stop();
    expect(receiver.requests.length).toBeLessThan(120);
    await rig.start();
    await ended(replay);
    expect(ids(receiver.events())).toEqual(ids(events));
  });

  it('keeps to its rate', async () => {
    const id = await rig.destination(receiver.url);
    await rig.destination(other.url);
    await rig.start();
    await rig.publish(60);
    const to = await delivered(60);
    const arrivals: number[] = [];
    receiver.answer = () => {
      arrivals.push(Date.now());
      return { status: 200 };
    };
    await ended(await rig.replay(id, { to, rateLimit: 20 }));
    expect(arrivals).toHaveLength(60);
    expect(arrivals.at(-1)! - arrivals[0]!).toBeGreaterThan(1_800);
  });

  it('leaves failures to the retries, as deliveries of their own that keep the mark', async () => {
    const id = await rig.destination(receiver.url);
    await rig.destination(other.url);
    await rig.start();
    const events = await rig.publish(6);
    const to = await delivered(6);
    const [refused] = events;
    receiver.answer = ({ body }) => {
      if (body.includes(`"${refused!.messageId}"`)) return { status: 400 };
      return { status: receiver.requests.length <= 6 ? 503 : 200, headers: { 'retry-after': '3600' } };
    };
    const replay = await rig.replay(id, { to });
    await ended(replay);
    const rows = await rig.sql<{ origin: string; headers: object }>('SELECT origin, headers FROM deliveries');
    expect((await rig.read(replay)).progress).toMatchObject({ counted: 6, retrying: 5, dead: 1 });
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
    await eventually(() => expect(receiver.requests).toHaveLength(5), PATIENCE);
    for (const { headers } of receiver.requests) expect(headers['tributary-replay']).toBe(replay);
  });

  it('sends only what had failed for good, once', async () => {
    const id = await rig.destination(receiver.url);
    await rig.destination(other.url);
    await rig.start();
    receiver.answer = ({ body }) => ({ status: body.includes('Broken') ? 400 : 200 });
    await rig.publish(20);
    const broken = await rig.publish(7, { event: 'Broken' });
    const to = await delivered(27);
    await eventually(
      async () => expect(await rig.sql('SELECT 1 FROM dead_letters')).toHaveLength(7),
      PATIENCE,
    );
    receiver.answer = { status: 200 };
    const criteria = { to: new Date(Date.parse(to) + 60_000).toISOString(), onlyFailed: true };
    expect(await rig.dryRun(id, criteria)).toMatchObject({ seen: { count: 7, scanned: 7 } });
    await ended(await rig.replay(id, criteria));
    expect(ids(receiver.events())).toEqual(ids(broken));
    expect(await rig.dryRun(id, criteria)).toMatchObject({ seen: { count: 0 } });
  });

  it('waits for a destination that is paused, and fails when it is deleted', async () => {
    const id = await rig.destination(receiver.url);
    await rig.destination(other.url);
    await rig.start();
    await rig.publish(10);
    const to = await delivered(10);
    await rig.sql('UPDATE destinations SET paused_at = now() WHERE id = $1', [id]);
    await eventually(() => expect(rig.stateOf(id)).toBe('paused'));
    const replay = await rig.replay(id, { to });
    await eventually(
      async () => expect((await rig.read(replay)).reason).toBe('destination_paused'),
      PATIENCE,
    );
    expect(receiver.requests).toEqual([]);
    await rig.sql('UPDATE destinations SET paused_at = NULL WHERE id = $1', [id]);
    await ended(replay);
    expect(receiver.requests).toHaveLength(10);

    const late = await rig.replay(id, { to }, { state: 'paused' });
    await rig.sql('DELETE FROM connections WHERE destination_id = $1', [id]);
    await rig.sql('DELETE FROM destinations WHERE id = $1', [id]);
    await ended(late, 'failed');
    expect(await rig.read(late)).toMatchObject({ reason: 'destination_deleted' });
  });

  it('waits while its destination fails, instead of filling the ledger, and goes on when it is back', async () => {
    const id = await rig.destination(receiver.url);
    await rig.destination(other.url);
    await rig.start();
    const events = await rig.publish(150);
    const to = await delivered(150);
    receiver.answer = { status: 503 };
    const replay = await rig.replay(id, { to });
    await eventually(
      async () => expect((await rig.read(replay)).reason).toBe('destination_failing'),
      PATIENCE,
    );
    const rows = await rig.sql('SELECT 1 FROM deliveries');
    expect(rows.length).toBeLessThan(50);
    receiver.requests.length = 0;
    receiver.answer = { status: 200 };
    await ended(replay);
    await eventually(() => expect(new Set(ids(receiver.events()))).toEqual(new Set(ids(events))), PATIENCE);
  });
});

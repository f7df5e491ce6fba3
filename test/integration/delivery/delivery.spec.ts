import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryOutcomes } from '../../../src/metrics/counters.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { type RedisServer, startRedis } from '../../support/servers/redis.js';

/** A server of its own, because a test deletes everything on it. */
let server: RedisServer;
beforeAll(async () => void (server = await startRedis()));
afterAll(() => server.stop());

const CLOCKS = [
  { clock: 'timers in the process', env: () => ({}) },
  { clock: 'Bull on Redis', env: () => ({ REDIS_URL: server.url }) },
];

/** The metric of filtered events for a type and a reason. */
async function filtered(type: string, reason = 'integrations'): Promise<number> {
  const { values } = await deliveryOutcomes.get();
  return values.find(({ labels }) => labels.type === type && labels.reason === reason)?.value ?? 0;
}

describe.each(CLOCKS)('delivery, retries timed by $clock', ({ env }) => {
  let rig: DeliveryRig;
  let receiver: Receiver;

  beforeEach(async () => {
    receiver = await startReceiver();
    rig = await DeliveryRig.prepare(env());
  });
  afterEach(async () => {
    await rig.dispose();
    await receiver.close();
  });

  it('delivers published events, and none from before the connection or of another workspace', async () => {
    await rig.publish(1, { event: 'before' });
    const published = Date.now();
    await eventually(() => expect(Date.now()).toBeGreaterThan(published));
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.destination('console', {});
    await rig.start();
    const filteredBefore = await filtered('webhook');
    await rig.publish(1, { event: 'other source' }, { source: 'src_other' });
    await rig.publish(1, { event: 'other workspace' }, { workspace: 'wsp_other' });
    await rig.publish(1, { event: 'not wanted', integrations: { Webhook: false } });
    const events = await rig.publish(30);
    await eventually(() => expect(rig.position(id)).toBe(34));
    expect(receiver.events()).toHaveLength(30);
    expect(await filtered('webhook')).toBe(filteredBefore + 1);
    expect(receiver.events()).toEqual(expect.arrayContaining(events));
    await eventually(() => expect(rig.printed).toHaveLength(31));
    expect(rig.printed.at(-1)).toContain(events.at(-1)!.messageId);
  });

  it('retries after a 500, and removes the row after a success', async () => {
    receiver.answer = () => ({ status: receiver.requests.length < 3 ? 500 : 200 });
    await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const [event] = await rig.publish();
    await eventually(() => expect(receiver.events()).toEqual([event, event, event]));
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
    expect(rig.deadLetters()).toEqual([]);
  });

  it('stores status and reason of a waiting delivery', async () => {
    receiver.answer = { status: 503, headers: { 'retry-after': '60' } };
    const id = await rig.destination('webhook', { url: receiver.url, batch: true });
    await rig.start();
    await rig.publish(3);
    await eventually(() => expect(rig.position(id)).toBe(3));
    const row = { attempt: 1, last_status: 503, last_reason: 'http_503', claimed_until: null };
    expect(await rig.waiting()).toMatchObject([row, row, row]);
  });

  it('makes a dead letter of a rejected event', async () => {
    receiver.answer = { status: 400 };
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const [event] = await rig.publish();
    await eventually(() => expect(rig.deadLetters()).toHaveLength(1));
    expect(rig.deadLetters()).toMatchObject([
      {
        key: id,
        value: { event, destination: id, reason: 'http_400', attempts: 1, lastStatus: 400 },
        headers: { destination: id, messageId: event!.messageId, type: 'track', source: event!.projectId },
      },
    ]);
    expect(await rig.waiting()).toEqual([]);
  });

  it('makes a dead letter when the window of retries is over', async () => {
    receiver.answer = { status: 500 };
    await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    await rig.publish();
    await eventually(async () => expect(await rig.waiting()).toHaveLength(1));
    await rig.sql("UPDATE deliveries SET first_failed_at = now() - interval '1 day'");
    await eventually(() => expect(rig.deadLetters()).toHaveLength(1));
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
    expect(rig.deadLetters()).toMatchObject([{ value: { reason: 'http_500', lastStatus: 500 } }]);
  });

  it('pauses after refused credentials, and loses nothing', async () => {
    receiver.answer = { status: 401 };
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const events = await rig.publish(40);
    await eventually(async () => {
      const [row] = await rig.sql('SELECT paused_at, pause_reason FROM destinations');
      expect(row?.['paused_at']).toBeInstanceOf(Date);
      expect(row?.['pause_reason']).toBe('http_401');
    });
    expect(rig.position(id)).toBe(0);
    expect(receiver.requests.length).toBeLessThanOrEqual(16);
    expect([await rig.waiting(), rig.deadLetters()]).toEqual([[], []]);

    receiver.requests.length = 0;
    receiver.answer = { status: 200 };
    await rig.sql('UPDATE destinations SET paused_at = NULL, pause_reason = NULL');
    await eventually(() => expect(rig.position(id)).toBe(40));
    expect(new Set(receiver.events().map(({ messageId }) => messageId))).toEqual(
      new Set(events.map(({ messageId }) => messageId)),
    );
  });

  it('filters and counts the events of a disabled destination until it is enabled', async () => {
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.sql('UPDATE destinations SET enabled = false');
    await rig.start();
    const before = await filtered('webhook', 'disabled');
    await rig.publish(3);
    await rig.publish(1, {}, { source: 'src_other' });
    await eventually(() => expect(rig.position(id)).toBe(4));
    expect(await filtered('webhook', 'disabled')).toBe(before + 3);
    await rig.sql('UPDATE destinations SET enabled = true');
    await eventually(async () => {
      await rig.publish(1, { event: 'enabled' });
      expect(receiver.requests).not.toEqual([]);
    });
    expect(receiver.events()[0]).toMatchObject({ event: 'enabled' });
  });

  it('keeps the events of a paused destination in the log until it is resumed', async () => {
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.sql('UPDATE destinations SET paused_at = now(), enabled = false');
    await rig.start();
    const [event] = await rig.publish();
    await rig.sql('UPDATE destinations SET paused_at = NULL, enabled = true');
    await eventually(() => expect(receiver.events()).toEqual([event]));
    await eventually(() => expect(rig.position(id)).toBe(1));
  });

  it('does not pause a destination for credentials that were corrected meanwhile', async () => {
    receiver.answer = { status: 401, afterMs: 300 };
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const [event] = await rig.publish();
    await eventually(() => expect(receiver.requests).toHaveLength(1));
    receiver.answer = { status: 200 };
    const mended = { url: receiver.url, headers: { authorization: 'mended' } };
    await rig.sql('UPDATE destinations SET settings = $1, version = version + 1', [mended]);
    await eventually(() => expect(rig.position(id)).toBe(1));
    expect(receiver.events()).toEqual([event, event]);
    expect(await rig.sql('SELECT paused_at FROM destinations')).toEqual([{ paused_at: null }]);
  });

  it('keeps trace and replay mark with retried events and dead letters', async () => {
    receiver.answer = () => ({ status: receiver.requests.length > 1 ? 400 : 500 });
    await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const kept = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, replay: 'rpl_1' };
    await rig.publish(1, {}, { ...kept, other: 'x' });
    await eventually(() => expect(rig.deadLetters()).toHaveLength(1));
    const [dead] = rig.deadLetters();
    expect(dead).toMatchObject({ headers: kept, value: { attempts: 2 } });
    expect(dead!.headers).not.toHaveProperty('other');
  });

  it('ends with a deleted destination, and keeps the backlog of one with invalid settings', async () => {
    const deleted = await rig.destination('webhook', { url: receiver.url });
    const faulty = await rig.destination('webhook', { url: 'nonsense' });
    await rig.start();
    await rig.sql('DELETE FROM destinations WHERE id = $1', [deleted]);
    await eventually(() => expect([...rig.log.next.keys()]).toEqual([`tributary.destination.${faulty}`]));
    const [event] = await rig.publish();
    await rig.sql('UPDATE destinations SET settings = $1', [{ url: receiver.url }]);
    await eventually(() => expect(receiver.events()).toEqual([event]));
  });

  it('finishes in-flight calls at a stop, so that they are not repeated', async () => {
    receiver.answer = { status: 200, afterMs: 300 };
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    await rig.publish(1, { event: 'slow' });
    await eventually(() => expect(receiver.requests).toHaveLength(1));
    await rig.stop();
    expect(rig.position(id)).toBe(1);

    await rig.start();
    await rig.publish(1, { event: 'fence' });
    await eventually(() => expect(receiver.events().map(({ event }) => event)).toEqual(['slow', 'fence']));
  });

  it('gives a delivery to another worker when the lease of a dead one expires', async () => {
    receiver.answer = { status: 500, headers: { 'retry-after': '3600' } };
    await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const [event] = await rig.publish();
    await eventually(async () => expect(await rig.waiting()).toHaveLength(1));
    receiver.requests.length = 0;
    receiver.answer = { status: 200 };
    const [row] = await rig.sql(
      "WITH u AS (UPDATE deliveries SET due_at = now() - interval '1 h', claimed_until = now() + interval '3 s' RETURNING *) SELECT * FROM u",
    );
    await eventually(() => expect(receiver.events()).toEqual([event]), 15_000);
    expect(Date.now()).toBeGreaterThan((row!['claimed_until'] as Date).getTime());
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
  });

  it('delivers although every timer was lost', async () => {
    receiver.answer = { status: 500, headers: { 'retry-after': '1' } };
    await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const [event] = await rig.publish();
    await eventually(async () => expect(await rig.waiting()).toHaveLength(1));
    const [row] = await rig.waiting();
    await rig.forgetTimers(row!);
    receiver.answer = { status: 200 };
    await eventually(() => expect(receiver.events()).toEqual([event, event]), 15_000);
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
  });
});

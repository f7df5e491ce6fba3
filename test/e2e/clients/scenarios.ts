import { expect, onTestFinished } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type Detour, type TappedCall, type WireTap } from '../../support/wire-tap.js';
import { asSent } from '../sdk-calls.js';
import { callsOf, eventOf } from './calls.js';
import { type Client, type Start } from './client.js';
import { carriesEvents, messagesOf, type Scene, type Stage } from './stage.js';
import { type Scenario } from './table.js';

interface Cell {
  readonly client: Client;
  readonly stage: Stage;
  /** The product's own code, which has no room for an event. */
  readonly overloaded: { readonly address: string };
}

type Play = (cell: Cell) => Promise<void>;

/** Longer than a client waits before it tries again. */
const PATIENCE_MS = 20_000;
/** How many calls a fault meets. */
const FAULTS = 2;
const RETRY_AFTER_MS = 1_000;
/** Timers of Node may be early by a fraction of a millisecond, and both ends are rounded. */
const ROUNDING_MS = 5;

/** What is tried with each client that can have it, alone. */
export const scenarios: Record<Exclude<Scenario, 'outage' | 'killed'>, Play> = {
  async kinds({ client, stage }) {
    const { session, posts } = await enter(client, stage);
    const calls = callsOf(client.kinds);
    await session.send(calls);
    await stage.expectEachOnce(calls);
    const sent = new Map(
      posts()
        .flatMap(messagesOf)
        .map((message) => [message['messageId'], message]),
    );
    for (const call of calls) {
      const [event = {}] = stage.arrivals(call);
      expect(event).toMatchObject(eventOf(call));
      expect(event).toMatchObject(asSent(sent.get(event['messageId'])!));
    }
    expect(posts().map(({ status }) => status)).toEqual(posts().map(() => 200));
    expect(session.complaints()).toEqual([]);
  },

  async badSettings({ client, stage }) {
    const { session, tap, posts } = await enter(client, stage, { writeKey: 'no-such-key' });
    await session.send(callsOf(client.kinds));
    await session.finish();
    const asked = tap.calls.filter(({ method }) => method === 'GET');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.status).toBeGreaterThanOrEqual(400);
    expect(asked[0]?.status).toBeLessThan(500);
    expect(session.complaints().join()).toContain('write key');
    expect(posts()).toEqual([]);
  },

  async badKey({ client, stage }) {
    const start = { writeKey: 'no-such-key', knowsSource: true };
    const { session, posts } = await enter(client, stage, start);
    await session.send(callsOf(['track']));
    await eventually(() => expect(posts()).toHaveLength(1));
    await session.finish();
    expect(posts().map(({ status }) => status)).toEqual([401]);
    if (client.complains) expect(session.complaints()).not.toEqual([]);
  },

  async overload({ client, stage, overloaded }) {
    const { session, posts } = await enterWithFaults(client, stage, { to: overloaded.address });
    const calls = callsOf(client.kinds);
    await session.send(calls);
    await stage.expectEachOnce(calls);
    const refused = posts().filter(({ status }) => status === 429);
    expect(refused).toHaveLength(FAULTS);
    for (const call of client.obeysRetryAfter ? refused : [])
      expect(msUntilRepeated(call, posts())).toBeGreaterThanOrEqual(RETRY_AFTER_MS - ROUNDING_MS);
  },

  async lostAnswer({ client, stage }) {
    const { session, posts } = await enterWithFaults(client, stage, 'lost');
    const calls = callsOf(client.kinds);
    await session.send(calls);
    await eventually(() => expect(repeated(posts()).length).toBeGreaterThanOrEqual(1), PATIENCE_MS);
    await stage.expectEachOnce(calls);
  },

  async oversized({ client, stage }) {
    const { session, posts } = await enter(client, stage);
    const [before, after] = [callsOf(['track']), callsOf(['track'])];
    const large = callsOf(['track'], { padding: 'x'.repeat(33_000) });
    await session.send([...before, ...large, ...after]);
    await stage.expectEachOnce([...before, ...after]);
    await session.finish();
    await stage.fence();
    expect(large.flatMap((call) => stage.arrivals(call))).toEqual([]);
    expect(repeated(posts())).toEqual([]);
  },

  async gzip({ client, stage }) {
    const { session, posts } = await enter(client, stage);
    const calls = callsOf(client.kinds);
    await session.send(calls);
    await stage.expectEachOnce(calls);
    expect(posts().map(({ headers }) => headers['content-encoding'])).toEqual(posts().map(() => 'gzip'));
  },

  async leaving({ client, stage }) {
    const { session, tap } = await enter(client, stage, { holdsBack: true });
    const calls = callsOf(client.kinds);
    // Where nothing can be held back, nothing gets through as long as the page is there.
    if (!client.sendsOnLeaving) tap.detour = losing;
    await session.send(calls);
    await session.leave();
    if (client.sendsOnLeaving) await stage.expectEachOnce(calls);
    tap.detour = () => undefined;
    await session.comeBack();
    await session.finish();
    await stage.expectEachOnce(calls);
  },
};

async function enter(client: Client, stage: Stage, start: Partial<Start> = {}): Promise<Scene> {
  const scene = await stage.enter(client, start);
  onTestFinished(() => scene.close());
  return scene;
}

/** The product gets every event, and the client never hears of it. */
export const losing: WireTap['detour'] = (call) => (carriesEvents(call) ? 'lost' : undefined);

/** The first calls with events meet a fault. */
async function enterWithFaults(client: Client, stage: Stage, fault: Detour): Promise<Scene> {
  const scene = await enter(client, stage);
  let left = FAULTS;
  scene.tap.detour = (call) => (carriesEvents(call) && left-- > 0 ? fault : undefined);
  return scene;
}

/** Message ids that were on the wire more than once. */
function repeated(posts: readonly TappedCall[]): unknown[] {
  const ids = posts.flatMap(messagesOf).map(({ messageId }) => messageId);
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) < index))];
}

/** How long the client waited before it sent a message of a call again. */
function msUntilRepeated(call: TappedCall, posts: readonly TappedCall[]): number {
  const id = messagesOf(call)[0]?.['messageId'];
  const repeated = posts.find(
    (post) => post.at > call.at && messagesOf(post).some(({ messageId }) => messageId === id),
  );
  return (repeated?.at ?? 0) - call.at;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/events/exact-json.js';
import { type CanonicalEvent } from '../../../src/events/event.js';
import { segment as handler } from '../../../src/destinations/handlers/segment/segment.handler.js';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';
import { lineTo } from '../../support/line-to-server.js';
import { anEvent } from '../../support/events.js';
import { deliveriesOf, Framework } from './framework.js';
import { describeHandler, type Stage, throughLine } from './suite.js';

/** A second Tributary, with deduplication. */
async function startNext(): Promise<Ingestion & { dispose(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'tributary-next-'));
  const next = await startIngestion({ DATA_DIR: directory, DEDUPLICATION_HOURS: '24' });
  const dispose = async () => {
    await next.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { ...next, dispose };
}

async function start(): Promise<Stage> {
  const next = await startNext();
  const line = await lineTo('127.0.0.1', next.port);
  const endpoint = `http://127.0.0.1:${line.port}`;
  return {
    settings: { endpoint, writeKey: KEY },
    refusedSettings: { endpoint, writeKey: 'nobody-knows-this-key' },
    delivered: () => Promise.resolve(next.events().map(({ messageId }) => messageId)),
    ...throughLine(line),
    poison: { properties: { large: 'x'.repeat(40_000) } },
    duplicates: 'none',
    close: async () => {
      await line.cut();
      await next.dispose();
    },
  };
}

describeHandler({ handler: handler, start });

const AT = '2026-01-02T03:04:05.678Z';
/** Messages as SDKs send them, with fields that a forwarder could lose. */
const MESSAGES: readonly [path: string, message: object][] = [
  ['/v1/track', { event: 'Größe 🎉', properties: { total: 12.5, none: null, list: [1, { a: [] }] } }],
  ['/v1/t', { event: 'from a device', context: { userAgent: 'ua', page: { url: 'https://example.com/' } } }],
  ['/v1/identify', { traits: { email: 'a@example.com' }, context: { traits: { plan: 'x' }, direct: true } }],
  ['/v1/page', { name: 'Home', category: 'Docs', properties: { path: '/' }, channel: 'web' }],
  ['/v1/screen', { name: 'Start', integrations: { All: false, Mixpanel: { token: 'x' }, Webhook: true } }],
  ['/v1/group', { groupId: 'g1', traits: { employees: 12 }, anonymousId: 'a1' }],
  ['/v1/alias', { previousId: 'p1', own: { field: ['of', 'the', 'app'] }, _metadata: { bundled: ['x'] } }],
  ['/v1/track', { event: 'long ago', timestamp: '2012-12-02T00:30:08.276Z' }],
  ['/v1/track', { event: 'wrong clock', timestamp: AT, sentAt: '2026-01-02T05:04:05.678Z' }],
];
/** A number beyond 2^53, as text because JSON.stringify cannot write it. */
const EXACT = '{"userId":"u1","event":"exact","properties":{"id":12345678901234567890,"rate":0.1}}';

describe('segment, from one Tributary to the next', () => {
  const open: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  it('creates an equal event there, except for the fields that each collector sets', async () => {
    const first = await startIngestion();
    const next = await startNext();
    const forward = new Framework(handler, { endpoint: next.address, writeKey: 'YOUR_WRITE_KEY' });
    open.push(first, { close: next.dispose }, forward);
    const bodies = MESSAGES.map(
      ([path, message]) => [path, JSON.stringify({ userId: 'u1', ...message })] as const,
    );
    for (const [path, body] of [...bodies, ['/v1/track', EXACT] as const]) {
      const headers = { ...withKey(), 'content-type': 'application/json' };
      expect((await fetch(`${first.address}${path}`, { method: 'POST', headers, body })).status).toBe(200);
    }
    const stored = (of: Ingestion) =>
      of.log.of('tributary.events').map(({ value }) => ({
        json: value.toString(),
        event: parseJson(value.toString()) as CanonicalEvent,
      }));
    const sent = stored(first);
    // Like the framework, which parses events with JSON.parse: only the text has numbers beyond 2^53 exactly.
    const items = sent.map(({ json }, n) => {
      const item = { json, event: JSON.parse(json) as CanonicalEvent, attempt: 1 };
      return { origin: `t/0/${n}`, item };
    });
    const outcomes = await forward.attempt(items);
    expect(outcomes).toEqual(items.map(() => ({ kind: 'delivered' })));

    const arrived = stored(next).map(({ event }) => event);
    expect(arrived).toHaveLength(MESSAGES.length + 1);
    const byId = new Map(arrived.map((event) => [event.messageId, event]));
    for (const { event } of sent) {
      const { receivedAt } = byId.get(event.messageId)!;
      expect(byId.get(event.messageId)).toEqual({
        ...event,
        ...{ projectId: 'src_2', receivedAt, sentAt: receivedAt, originalTimestamp: event.timestamp },
      });
    }
  });
});

describe('an event that has grown past the limit of the next collector', () => {
  it('is a dead letter with the reason that the collector names', async () => {
    const next = await startNext();
    const endpoint = `http://127.0.0.1:${next.port}`;
    const one = new Framework(handler, { endpoint, writeKey: KEY });
    const given = [anEvent({ properties: { text: 'x'.repeat(32_700) } }), anEvent()];
    const outcomes = await one.attempt(deliveriesOf(given.slice(0, 1)));
    expect(outcomes).toMatchObject([{ kind: 'dead', reason: 'rejected_event_too_large' }]);
    expect(await one.attempt(deliveriesOf(given))).toMatchObject([
      { kind: 'dead', reason: 'rejected_event_too_large' },
      { kind: 'delivered' },
    ]);
    await one.close();
    await next.dispose();
  });
});

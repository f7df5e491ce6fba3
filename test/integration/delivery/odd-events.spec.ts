import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CanonicalEvent } from '../../../src/events/event.js';
import { stringifyJson } from '../../../src/events/exact-json.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { oddEvents } from '../../support/odd-events.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

const BATCHES = 20;
const PATIENCE = 30_000;

let rig: DeliveryRig;
let receiver: Receiver;
let events: CanonicalEvent[];

beforeEach(async () => {
  receiver = await startReceiver();
  rig = await DeliveryRig.prepare();
  const [source] = await rig.sql<{ id: string }>('SELECT id FROM sources');
  events = fc
    .sample(oddEvents, BATCHES)
    .flat()
    .map((event) => ({ ...event, integrations: {}, projectId: source!.id }));
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

async function publish(): Promise<void> {
  const [source] = await rig.sql<{ workspaceId: string }>(
    'SELECT workspace_id AS "workspaceId" FROM sources',
  );
  await rig.log.append(
    events.map((event) => ({
      topic: 'tributary.events',
      key: event.userId ?? '',
      value: stringifyJson(event),
      headers: { workspace: source!.workspaceId, source: event.projectId, type: event.type },
    })),
  );
}
const idOf = (body: string) => (JSON.parse(body) as CanonicalEvent).messageId;
const ids = (some: readonly { messageId: string }[]) => some.map(({ messageId }) => messageId).sort();

/** The tables of retries, dead letters and attempts hold every event that normalization lets through. */
describe('odd events at a receiver', () => {
  it('that fails now and then are retried and arrive', async () => {
    // Not for each event: the circuit would open.
    const failing = new Set(events.filter((_, index) => index % 3 === 0).map(({ messageId }) => messageId));
    receiver.answer = ({ body }) => ({ status: failing.delete(idOf(body)) ? 500 : 200 });
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    await publish();
    await eventually(() => expect(rig.position(id)).toBe(events.length), PATIENCE);
    await eventually(async () => expect(await rig.waiting()).toEqual([]), PATIENCE);
    expect(failing.size).toBe(0);
    expect([...new Set(ids(receiver.events()))]).toEqual(ids(events));
    expect(rig.deadLetters()).toEqual([]);
  });

  it('that refuses all become dead letters, which are listed and redelivered', async () => {
    receiver.answer = { status: 400 };
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    await publish();
    await eventually(() => expect(rig.position(id)).toBe(events.length), PATIENCE);
    const rows = () => rig.sql<{ event: string }>('SELECT event FROM dead_letters');
    await eventually(async () => expect(await rows()).toHaveLength(events.length), PATIENCE);
    expect((await rows()).map(({ event }) => event).sort()).toEqual(events.map(stringifyJson).sort());
    await eventually(async () =>
      expect(await rig.sql("SELECT FROM delivery_attempts WHERE outcome = 'dead'")).toHaveLength(
        events.length,
      ),
    );
  });
});

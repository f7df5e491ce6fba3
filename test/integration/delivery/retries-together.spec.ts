import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

let rig: DeliveryRig;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  // Longer than the interval of timers, so that all but the first of them find a call in flight.
  receiver.answer = { status: 200, afterMs: 300 };
  rig = await DeliveryRig.prepare();
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

const batching = () => rig.destination('webhook', { url: receiver.url, batch: true, maxItems: 100 });

/** Inserts rows of failed deliveries that have been due for long. Resolves to the ids of their events. */
async function overdue(
  destination: string,
  count: number,
  { attempt = 1, headers = {} } = {},
): Promise<string[]> {
  const events = Array.from({ length: count }, () => anEvent());
  await rig.sql(
    `INSERT INTO deliveries (destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_reason, headers)
     SELECT $1, 'old/' || gen_random_uuid(), e->>'messageId', e::text, $3, now() - interval '1 h', now(), 'http_500', $4
     FROM jsonb_array_elements($2::jsonb) e`,
    [destination, JSON.stringify(events), attempt, headers],
  );
  return events.map(({ messageId }) => messageId);
}

const idsIn = (body: string) =>
  (JSON.parse(body) as { messageId: string }[]).map(({ messageId }) => messageId);
const arrived = () =>
  receiver
    .events()
    .map(({ messageId }) => messageId)
    .sort();

describe('retries of a type that takes many events per call', () => {
  it('are sent together, each once', async () => {
    const ids = await overdue(await batching(), 300);
    await rig.start();
    await eventually(async () => expect(await rig.waiting()).toEqual([]), 20_000);
    expect(arrived()).toEqual(ids.sort());
    // Two calls start with the first timer that each finds; the others gather meanwhile.
    expect(receiver.requests.length).toBeLessThanOrEqual(2 + 3);
  });

  it('are sent separately after many failures, so that one of them cannot fail the others for ever', async () => {
    const ids = await overdue(await batching(), 5, { attempt: 4 });
    await rig.start();
    await eventually(async () => expect(await rig.waiting()).toEqual([]), 20_000);
    expect(receiver.requests.map(({ body }) => idsIn(body))).toHaveLength(5);
    expect(arrived()).toEqual(ids.sort());
  });

  it('have an outcome each', async () => {
    const destination = await batching();
    const [again, ...ids] = await overdue(destination, 40);
    const [poison] = ids.splice(-1);
    receiver.answer = ({ body }) => {
      const asked = idsIn(body);
      if (asked.includes(poison!)) return { status: 400 };
      return asked.includes(again!) ? { status: 503, headers: { 'retry-after': '60' } } : { status: 200 };
    };
    // The one that is retried later is sent separately, like one that has failed often.
    await rig.sql('UPDATE deliveries SET attempt = 4 WHERE message_id = $1', [again]);
    await rig.start();
    await eventually(async () => expect(await rig.waiting()).toHaveLength(1), 20_000);
    await eventually(() => expect(rig.deadLetters()).toHaveLength(1));
    // The two calls end in any order, so the outcome of this one may come last.
    await eventually(async () =>
      expect(await rig.waiting()).toMatchObject([
        { message_id: again, attempt: 5, last_status: 503, claimed_until: null },
      ]),
    );
    expect(rig.deadLetters()).toMatchObject([{ value: { event: { messageId: poison }, attempts: 2 } }]);
    const refused = new Set([again, poison]);
    const taken = receiver.requests
      .map(({ body }) => idsIn(body))
      .filter((asked) => !asked.some((id) => refused.has(id)));
    expect(taken.flat().sort()).toEqual(ids.sort());
  });

  it('never share a call with events of a replay', async () => {
    const destination = await batching();
    const plain = await overdue(destination, 20);
    const replayed = await overdue(destination, 20, { headers: { replay: 'rpl_1' } });
    await rig.start();
    await eventually(async () => expect(await rig.waiting()).toEqual([]), 20_000);
    const marked = (mark: string | undefined) =>
      receiver.requests
        .filter(({ headers }) => headers['tributary-replay'] === mark)
        .flatMap(({ body }) => idsIn(body));
    expect(marked('rpl_1').sort()).toEqual(replayed.sort());
    expect(marked(undefined).sort()).toEqual(plain.sort());
  });
});

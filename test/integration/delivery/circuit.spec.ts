import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

/** Calls that fail until the circuit opens, and those in flight then. */
const MOST_TRIED = 5 + 16;

let rig: DeliveryRig;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  rig = await DeliveryRig.prepare();
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

let users = 0;
/** One event each: events of one user would wait behind the first that fails, and not open the circuit. */
const ofOtherUsers = () => ({ userId: `user-${(users += 1)}` });
const idsOf = (events: readonly { messageId: string }[]) => events.map(({ messageId }) => messageId).sort();

describe('a destination that keeps failing', () => {
  it('receives probes only, keeps its backlog in the log, and receives everything once it answers', async () => {
    receiver.answer = { status: 500 };
    const id = await rig.destination('webhook', { url: receiver.url });
    const other = await rig.destination('console', {});
    await rig.start();
    const events = await rig.publish(500, ofOtherUsers);
    await eventually(() => expect(rig.position(other)).toBe(500));
    await eventually(() => expect(rig.position(id)).toBeGreaterThanOrEqual(5));
    const [tried, position] = [receiver.requests.length, rig.position(id)];
    expect(tried).toBeLessThanOrEqual(MOST_TRIED);
    expect(await rig.waiting()).toHaveLength(position);

    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(tried));
    expect(receiver.requests.length).toBeLessThanOrEqual(tried + 2);
    const accepted: string[] = [];
    receiver.answer = ({ body }) => {
      accepted.push((JSON.parse(body) as { messageId: string }).messageId);
      return { status: 200 };
    };
    await eventually(() => expect(rig.position(id)).toBe(500), 15_000);
    await eventually(async () => expect(await rig.waiting()).toEqual([]), 15_000);
    expect(accepted.sort()).toEqual(idsOf(events));
    expect(rig.deadLetters()).toEqual([]);
  });

  it('is not blocked by one event for which it always fails', async () => {
    receiver.answer = { status: 500 };
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    const events = await rig.publish(60, ofOtherUsers);
    await eventually(() => expect(rig.position(id)).toBeGreaterThanOrEqual(5));
    let poison: string | undefined;
    receiver.answer = ({ body }) => {
      poison ??= body;
      return { status: body === poison ? 500 : 200, headers: { 'retry-after': '60' } };
    };
    await eventually(() => expect(rig.position(id)).toBe(60), 15_000);
    await eventually(async () => expect(await rig.waiting()).toMatchObject([{ last_status: 500 }]), 15_000);
    expect(new Set(idsOf(receiver.events()))).toEqual(new Set(idsOf(events)));
  });

  it('releases its waiting batch at once at a stop', async () => {
    receiver.answer = { status: 500 };
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    await rig.publish(60, ofOtherUsers);
    await eventually(() => expect(rig.position(id)).toBeGreaterThanOrEqual(5));
    await rig.stop();
    const position = rig.position(id);
    receiver.answer = { status: 200 };
    await rig.start();
    await eventually(() => expect(rig.position(id)).toBe(60));
    expect(position).toBeLessThan(60);
  });

  it('stops waiting when it is paused, and continues where it was', async () => {
    receiver.answer = { status: 500 };
    const id = await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    await rig.publish(60, ofOtherUsers);
    await eventually(() => expect(rig.position(id)).toBeGreaterThanOrEqual(5));
    await rig.sql('UPDATE destinations SET paused_at = now()');
    receiver.answer = { status: 200 };
    await rig.sql('UPDATE destinations SET paused_at = NULL, version = version + 1');
    await eventually(() => expect(rig.position(id)).toBe(60));
  });
});

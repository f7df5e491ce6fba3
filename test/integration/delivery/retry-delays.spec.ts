import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redeliver } from '../../../src/destinations/delivery/ledger/redelivery.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { drivers } from '../event-log/drivers.js';
import { ReplayRig } from '../replay/replay-rig.js';

let rig: DeliveryRig;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  receiver.answer = { status: 500 };
  rig = await DeliveryRig.prepare();
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

const CHANGE = 'UPDATE destinations SET retry_delays_seconds = $2, version = version + 1 WHERE id = $1';

/** A destination with listed delays, made before the delivery side starts. */
async function waitingAs(delays: readonly number[]): Promise<string> {
  const id = await rig.destination('webhook', { url: receiver.url });
  await rig.sql(CHANGE, [id, delays]);
  return id;
}

/** The delay of each waiting delivery, in seconds. */
async function waits(): Promise<number[]> {
  const statement = 'SELECT extract(epoch FROM due_at - first_failed_at)::float8 AS seconds FROM deliveries';
  return (await rig.sql<{ seconds: number }>(statement)).map(({ seconds }) => seconds);
}

const ended = () => rig.deadLetters().map(({ key, value }) => ({ destination: key, ...value }));
const dead = (destination: string, attempts: number) =>
  expect.objectContaining({ destination, attempts, reason: 'http_500', lastStatus: 500 }) as object;

describe('a destination with listed delays', () => {
  it('makes one attempt more than there are delays, then a dead letter', async () => {
    const [two, none] = [await waitingAs([0, 0]), await waitingAs([])];
    await rig.start();
    await rig.publish();
    await eventually(() => expect(ended()).toHaveLength(2));
    expect(ended()).toEqual(expect.arrayContaining([dead(two, 3), dead(none, 1)]));
    await eventually(async () => expect(await rig.waiting()).toEqual([]));
    expect(receiver.requests).toHaveLength(4);
  });

  it('waits as listed and at most a tenth longer; a changed list applies from the next attempt on', async () => {
    const id = await waitingAs(Array.from({ length: 30 }, () => 3_600));
    await rig.start();
    await rig.publish();
    const [seconds] = await eventually(async () => {
      expect(await waits()).toHaveLength(1);
      return waits();
    });
    expect(seconds).toBeGreaterThanOrEqual(3_600);
    expect(seconds).toBeLessThanOrEqual(3_960);
    await rig.sql(CHANGE, [id, [0]]);
    // Until the change is loaded, each attempt by the old list waits for another hour.
    await eventually(async () => {
      await rig.sql("UPDATE deliveries SET due_at = now() - interval '1 h' WHERE due_at > now()");
      expect(ended()).toHaveLength(1);
    });
    expect(receiver.requests.length).toBeLessThan(30);
  });

  it('waits longer where the receiver asks for it', async () => {
    receiver.answer = { status: 503, headers: { 'retry-after': '200' } };
    await waitingAs([1]);
    await rig.start();
    await rig.publish();
    await eventually(async () => expect(await waits()).toEqual([200]));
  });

  it('uses the schedule of the instance again once it has no list', async () => {
    const id = await waitingAs([3_600]);
    await rig.start();
    await rig.publish();
    await eventually(async () => expect(await waits()).toHaveLength(1));
    await rig.sql(CHANGE, [id, null]);
    await rig.sql("UPDATE deliveries SET due_at = now() - interval '1 h'");
    await rig.stop();
    await rig.start();
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(2));
    expect(ended()).toEqual([]);
  });

  it('starts at the first delay for a redelivered dead letter', async () => {
    const id = await waitingAs([0]);
    await rig.start();
    await rig.publish();
    await eventually(() => expect(ended()).toEqual([dead(id, 2)]));
    await eventually(() =>
      redeliver(rig.database().manager, id, { redelivered: false }).then((count) => expect(count).toBe(1)),
    );
    await eventually(() => expect(ended()).toEqual([dead(id, 2), dead(id, 2)]));
    expect(receiver.requests).toHaveLength(4);
  });

  it('applies them to replayed events too', async () => {
    const replays = await ReplayRig.prepare(drivers[0]!);
    try {
      await replays.start();
      const { from, to } = await replays.past(1);
      const id = await replays.destination({ url: receiver.url });
      await replays.sql(CHANGE, [id, [0]]);
      await replays.stop();
      await replays.start();
      const replay = await replays.replay(id, { from, to });
      await eventually(async () => {
        expect((await replays.read(replay)).progress).toMatchObject({ counted: 1, retrying: 0, dead: 1 });
      });
      expect(await replays.sql('SELECT attempts FROM dead_letters')).toEqual([{ attempts: 2 }]);
      expect(receiver.requests).toHaveLength(2);
    } finally {
      await replays.dispose();
    }
  });
});

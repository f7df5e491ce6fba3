import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { drivers } from '../event-log/drivers.js';
import { ReplayRig } from './replay-rig.js';

const COUNT = 1_500;

let rig: ReplayRig;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  rig = await ReplayRig.prepare(drivers[0]!, { WAITING_DELIVERIES_MAX: '40' });
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

it('waits while as many deliveries of its destination wait as may, and then ends complete', async () => {
  let calls = 0;
  receiver.answer = () => {
    calls += 1;
    return calls % 2 === 0 ? { status: 200 } : { status: 503, headers: { 'retry-after': '3600' } };
  };
  const { from, to } = await rig.past(COUNT);
  await rig.start();
  const id = await rig.destination({ url: receiver.url });
  const replay = await rig.replay(id, { from, to });
  await eventually(
    async () => expect(await rig.read(replay)).toMatchObject({ state: 'running', reason: 'waiting_limit' }),
    20_000,
  );
  expect((await rig.read(replay)).progress.counted).toBeLessThan(COUNT);
  receiver.answer = { status: 200 };
  await eventually(async () => {
    await rig.sql('UPDATE deliveries SET due_at = now() WHERE claimed_until IS NULL AND due_at > now()');
    expect(await rig.read(replay)).toMatchObject({
      state: 'completed',
      progress: { counted: COUNT, delivered: COUNT, retrying: 0, dead: 0 },
    });
  }, 40_000);
}, 80_000);

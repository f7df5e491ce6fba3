import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { drivers, type Rig } from '../event-log/drivers.js';

describe.each(drivers)('a batch that is held on purpose, on $name', (driver) => {
  let logRig: Rig;
  let rig: DeliveryRig;
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    logRig = await driver.rig();
    rig = await DeliveryRig.prepare({ EVENTS_TOPIC: logRig.topic }, await logRig.open());
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rig.dispose();
    await logRig.dispose();
    await receiver.close();
  });

  const pausedDestinations = () =>
    rig.sql('SELECT pause_reason FROM destinations WHERE paused_at IS NOT NULL');
  const namesOf = (warn: { mock: { calls: unknown[][] } }) =>
    warn.mock.calls.map(([line]) => (line as { event?: string }).event);

  it('is not logged as a failure when credentials are refused', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const debug = vi.spyOn(Logger.prototype, 'debug').mockReturnValue();
    receiver.answer = { status: 401 };
    await rig.destination('webhook', { url: receiver.url });
    await rig.start();
    await rig.publish(2, {}, {}, logRig.topic);
    await eventually(async () => expect(await pausedDestinations()).toEqual([{ pause_reason: 'http_401' }]));
    await eventually(() => expect(namesOf(debug)).toContainEqual(expect.stringMatching(/^batch\./)));
    await rig.stop();
    expect(namesOf(warn)).toContain('destination.paused');
    expect(namesOf(warn)).not.toContain('batch.failed');
  });
});

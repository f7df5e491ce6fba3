import { afterEach, describe, expect, it } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';

let rig: DeliveryRig | undefined;
afterEach(() => rig?.dispose());
const prepared = async (env: Record<string, string> = {}): Promise<DeliveryRig> => {
  rig = await DeliveryRig.prepare(env);
  return rig;
};

describe('the start of deliveries', () => {
  it('comes after the HTTP listener', async () => {
    const one = await prepared();
    const id = await one.destination('console', {});
    const listen = await one.startWithHttp();
    await one.publish();
    expect([one.log.next.size, one.position(id)]).toEqual([0, 0]);
    await listen();
    await eventually(() => expect(one.position(id)).toBe(1));
    expect(one.printed).toHaveLength(1);
  });

  it('does not come with DELIVERY_PAUSED, which the readiness probe tells', async () => {
    const one = await prepared({ DELIVERY_PAUSED: 'true' });
    const id = await one.destination('console', {});
    await one.start();
    await one.publish();
    expect(one.conditions()).toEqual(['deliveries of this instance are paused (DELIVERY_PAUSED)']);
    expect([one.log.next.size, one.position(id), one.printed]).toEqual([0, 0, []]);
  });
});

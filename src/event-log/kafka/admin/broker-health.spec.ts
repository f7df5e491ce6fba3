import { afterEach, describe, expect, it } from 'vitest';
import { LogUnavailable } from '../../append-errors.js';
import { BrokerHealth } from './broker-health.js';

describe('BrokerHealth', () => {
  let well = false;
  let probes = 0;
  const make = () => {
    well = false;
    probes = 0;
    return new BrokerHealth(() => {
      probes += 1;
      return well ? Promise.resolve() : Promise.reject(new LogUnavailable('the topic is missing'));
    });
  };
  let health = make();
  afterEach(() => health.stop());

  it('is not ready before the first probe has passed, whatever the sends say', async () => {
    health = make();
    expect(health.state().ready).toBe(false);
    health.start();
    await expect.poll(() => health.state()).toEqual({ ready: false, detail: 'the topic is missing' });
    health.sent();
    expect(health.state().ready).toBe(false);
    well = true;
    await expect.poll(() => health.state()).toEqual({ ready: true });
  });

  it('is not ready after a send that failed, until a send or a probe is good', async () => {
    health = make();
    well = true;
    health.start();
    await expect.poll(() => health.state().ready).toBe(true);
    health.sent(new LogUnavailable('away'));
    expect(health.state()).toEqual({ ready: false, detail: 'away' });
    health.sent();
    expect(health.state()).toEqual({ ready: true });
    health.sent(new LogUnavailable('away'));
    await expect.poll(() => health.state().ready, { timeout: 3_000 }).toBe(true);
  });

  it('is not ready, and silent, once it is stopped', () => {
    health = make();
    health.start();
    health.stop();
    health.sent();
    expect(health.state().ready).toBe(false);
    expect(probes).toBe(1);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { LogUnavailable } from '../../append-errors.js';
import { BrokerHealth } from './broker-health.js';

describe('BrokerHealth', () => {
  let isUp = false;
  let probes = 0;
  const make = () => {
    isUp = false;
    probes = 0;
    return new BrokerHealth(() => {
      probes += 1;
      return isUp ? Promise.resolve() : Promise.reject(new LogUnavailable('the topic is missing'));
    });
  };
  let health = make();
  afterEach(() => health.stop());

  it('is not ready before the first probe succeeds, even if a send does', async () => {
    health = make();
    expect(health.state().ready).toBe(false);
    health.start();
    await expect.poll(() => health.state()).toEqual({ ready: false, detail: 'the topic is missing' });
    health.sendEnded();
    expect(health.state().ready).toBe(false);
    isUp = true;
    await expect.poll(() => health.state()).toEqual({ ready: true });
  });

  it('is not ready after a failed send, until a send or a probe succeeds', async () => {
    health = make();
    isUp = true;
    health.start();
    await expect.poll(() => health.state().ready).toBe(true);
    health.sendEnded(new LogUnavailable('away'));
    expect(health.state()).toEqual({ ready: false, detail: 'away' });
    health.sendEnded();
    expect(health.state()).toEqual({ ready: true });
    health.sendEnded(new LogUnavailable('away'));
    await expect.poll(() => health.state().ready, { timeout: 3_000 }).toBe(true);
  });

  it('is not ready after a stop, and does not probe', () => {
    health = make();
    health.start();
    health.stop();
    health.sendEnded();
    expect(health.state().ready).toBe(false);
    expect(probes).toBe(1);
  });
});

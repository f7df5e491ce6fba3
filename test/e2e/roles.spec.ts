import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

describe('roles in processes of their own, on real servers', () => {
  let collector: Product;
  let worker: Product;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    const settings = { ...(await realServers()), BOOTSTRAP_WEBHOOK_URL: receiver.url };
    collector = await makeProduct({ ...settings, ROLES: 'collector' });
    worker = await makeProduct({ ...settings, ROLES: 'delivery' });
    await collector.start();
    await worker.start();
  }, 90_000);

  afterAll(async () => {
    await collector.dispose();
    await worker.dispose();
    await receiver.close();
  });

  const track = (address: string, event: string) =>
    fetch(`${address}/v1/track`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
      body: JSON.stringify({ userId: 'user-1', event }),
    });

  it('the collector accepts and the worker delivers', async () => {
    expect((await track(collector.address, 'From one to the other')).status).toBe(200);
    await eventually(() => expect(receiver.events()).toMatchObject([{ event: 'From one to the other' }]));
  });

  it('the worker has nothing but its probes', async () => {
    expect((await track(worker.address, 'No way')).status).toBe(404);
    expect((await fetch(`${worker.address}/docs`)).status).toBe(404);
    expect((await fetch(`${worker.address}/health/live`)).status).toBe(200);
  });

  it('the collector goes on while the worker is down, and nothing is missed', async () => {
    await worker.kill();
    expect((await track(collector.address, 'Meanwhile')).status).toBe(200);
    await worker.start();
    await eventually(
      () => expect(receiver.events().map(({ event }) => event)).toContain('Meanwhile'),
      30_000,
    );
  });
});

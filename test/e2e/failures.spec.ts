import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { startReceiver } from '../support/receiver.js';
import { startPostgres } from '../support/servers/postgres.js';
import { startRedis } from '../support/servers/redis.js';

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

async function product(settings: Record<string, string> = {}): Promise<Product> {
  const made = await makeProduct(settings);
  disposals.push(() => made.dispose());
  return made;
}

const track = (address: string, event: string) =>
  fetch(`${address}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
    body: JSON.stringify({ userId: 'user-1', event }),
  });

describe('seen from outside', () => {
  it('an invalid environment stops the start with every problem and no value', async () => {
    const broken = await product({ HTTP_PORT: 'hunter2', KAFKA_TLS: 'hunter2' });
    await expect(broken.start()).rejects.toThrow(/HTTP_PORT[^]*KAFKA_TLS/);
    expect(broken.output()).not.toContain('hunter2');
  });

  it('a second process on the same data directory refuses to start with a clear line, and the first continues', async () => {
    const first = await product();
    await first.start();
    const second = await product({ DATA_DIR: first.dataDir });
    await expect(second.start()).rejects.toThrow(/Tributary cannot start\..*in use/);
    expect((await track(first.address, 'Still here')).status).toBe(200);
  });

  it('the error for a port in use names the setting', async () => {
    const first = await product();
    await first.start();
    const second = await product({ HTTP_PORT: new URL(first.address).port });
    await expect(second.start()).rejects.toThrow(/HTTP_PORT/);
  });

  it('Postgres away: ingestion and delivery continue', async () => {
    const postgres = await startPostgres();
    disposals.push(() => postgres.stop());
    const receiver = await startReceiver();
    disposals.push(() => receiver.close());
    const running = await product({
      ...(await realServers()),
      DATABASE_URL: postgres.url,
      BOOTSTRAP_WEBHOOK_URL: receiver.url,
    });
    await running.start();
    await postgres.kill();
    expect((await track(running.address, 'Without Postgres')).status).toBe(200);
    await eventually(() =>
      expect(receiver.requests.map(({ body }) => body).join()).toContain('Without Postgres'),
    );
    expect((await fetch(`${running.address}/health/ready`)).status).toBe(200);
  });

  it('Redis away: a failed delivery waits and is retried when Redis is back', async () => {
    const redis = await startRedis();
    disposals.push(() => redis.stop());
    const receiver = await startReceiver();
    disposals.push(() => receiver.close());
    const running = await product({
      ...(await realServers()),
      REDIS_URL: redis.url,
      BOOTSTRAP_WEBHOOK_URL: receiver.url,
      RETRY_BASE_MS: '50',
    });
    await running.start();
    await redis.kill();
    receiver.answer = { status: 500 };
    expect((await track(running.address, 'Patient')).status).toBe(200);
    await eventually(() => expect(receiver.requests).toHaveLength(1));
    receiver.answer = { status: 200 };
    await redis.restart();
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(1), 30_000);
  });

  it('SIGTERM: in-flight calls are answered, then the process exits with 0', async () => {
    const running = await product();
    await running.start();
    const calls = Array.from({ length: 50 }, (_, n) => track(running.address, `In flight ${n}`));
    await eventually(async () => expect((await Promise.race(calls)).status).toBe(200));
    const [code, ...answers] = await Promise.all([running.stop(), ...calls]);
    expect(code).toBe(0);
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
  });
});

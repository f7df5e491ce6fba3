import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { type KafkaServer, startKafka } from '../support/servers/kafka.js';

describe('a separate broker', () => {
  let kafka: KafkaServer;
  let product: Product;

  beforeAll(async () => {
    kafka = await startKafka();
    product = await makeProduct({ KAFKA_BROKERS: kafka.brokers });
    await product.start();
  }, 90_000);

  afterAll(async () => {
    await product.dispose();
    await kafka.stop();
  });

  const track = (event: string) =>
    fetch(`${product.address}/v1/track`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
      body: JSON.stringify({ userId: 'user-1', event, messageId: `id of ${event}` }),
    });

  const kcat = (format: string) =>
    execFileSync('kcat', [
      '-b',
      kafka.brokers,
      '-C',
      '-t',
      'tributary.events',
      '-o',
      'beginning',
      '-e',
      '-q',
      '-f',
      format,
    ]).toString();

  it('shows the canonical record with its key and headers to kcat', async () => {
    expect((await track('Seen by kcat')).status).toBe(200);
    const [key = '', headers = '', value = ''] = kcat('%k\t%h\t%s\n').trim().split('\t');
    const event = JSON.parse(value) as Record<string, string>;
    expect(event).toMatchObject({ type: 'track', event: 'Seen by kcat', userId: 'user-1', version: 2 });
    const names = Object.fromEntries(
      headers.split(',').map((header) => header.split('=') as [string, string]),
    );
    expect(names).toMatchObject({
      'tributary-schema': '1.0',
      type: 'track',
      messageId: 'id of Seen by kcat',
    });
    expect(key).toBe(`${names['workspace']}:${event['projectId']}:user-1`);
    expect(value).not.toContain(WRITE_KEY);
  });

  it('answers 503 within 3 s when the broker is killed, and accepts calls by itself when it is back', async () => {
    await kafka.kill();
    const started = Date.now();
    const refused = await track('Lost');
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refused.json()).toMatchObject({ success: false, code: 'unavailable' });
    expect(Date.now() - started).toBeLessThan(3_000);
    await eventually(async () => expect((await fetch(`${product.address}/health/ready`)).status).toBe(503));
    expect((await fetch(`${product.address}/health/live`)).status).toBe(200);

    await kafka.restart();
    await eventually(async () => expect((await track('Found again')).status).toBe(200), 30_000);
    expect(kcat('%s\n')).toContain('Found again');
  });

  it('answers 503 within 3 s when the broker freezes, and accepts calls when it continues', async () => {
    kafka.freeze();
    const started = Date.now();
    expect((await track('Frozen')).status).toBe(503);
    expect(Date.now() - started).toBeLessThan(3_000);
    kafka.thaw();
    await eventually(async () => expect((await track('Thawed')).status).toBe(200), 30_000);
  });

  it('has printed no warning of Node, neither at its start nor in the outages', () => {
    expect(product.output().match(/^\(node:\d+\).*$/gm) ?? []).toEqual([]);
  });
});

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

const track = (address: string, event: string) =>
  fetch(`${address}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
    body: JSON.stringify({ userId: 'user-1', event }),
  });

describe('roles in separate processes, on real servers', () => {
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

  it('the collector accepts and the worker delivers', async () => {
    expect((await track(collector.address, 'From one to the other')).status).toBe(200);
    await eventually(() => expect(receiver.events()).toMatchObject([{ event: 'From one to the other' }]));
  });

  it('the worker serves its probes only', async () => {
    const refused = await track(worker.address, 'No route');
    expect(refused.status).toBe(404);
    expect(refused.headers.get('content-type')).toMatch('application/problem+json');
    expect(await refused.json()).toEqual({ type: 'about:blank', title: 'Not Found', status: 404 });
    expect((await fetch(`${worker.address}/docs`)).status).toBe(404);
    expect((await fetch(`${worker.address}/health/live`)).status).toBe(200);
  });

  it('the collector continues while the worker is down, and no event is lost', async () => {
    await worker.kill();
    expect((await track(collector.address, 'Meanwhile')).status).toBe(200);
    await worker.start();
    await eventually(
      () => expect(receiver.events().map(({ event }) => event)).toContain('Meanwhile'),
      30_000,
    );
  });
});

describe('the code of a process', () => {
  const DELIVERY =
    /\/dist\/src\/destinations\/(?:bulkhead|delivery|delivery-process|handlers|outgoing|replay)\//;
  const ADMINISTRATION = /\/dist\/src\/admin\//;
  const INGESTION = /\/dist\/src\/ingestion\//;
  /** Packages that only deliveries need. */
  const DELIVERY_LIBRARIES = /\/node_modules\/(?:@aws-sdk|@clickhouse|bull|hyparquet-writer|undici)\//;

  /** URLs of all modules that a process with one role has loaded: the coverage report that Node writes at exit lists them. */
  async function modulesOf(ROLES: string): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'tributary-modules-'));
    const product = await makeProduct({ ...(await realServers()), ROLES, NODE_V8_COVERAGE: folder });
    try {
      await product.start();
      await product.stop();
      const reports = await Promise.all(
        (await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')),
      );
      return reports.flatMap((text) =>
        (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url),
      );
    } finally {
      await product.dispose();
      await rm(folder, { recursive: true });
    }
  }

  const matching = (modules: readonly string[], pattern: RegExp) =>
    modules.filter((url) => pattern.test(url));

  it('of a collector has no delivery, no administration, and no client library of a destination', async () => {
    const modules = await modulesOf('collector');
    expect(matching(modules, INGESTION)).not.toEqual([]);
    expect(matching(modules, DELIVERY)).toEqual([]);
    expect(matching(modules, ADMINISTRATION)).toEqual([]);
    expect(matching(modules, DELIVERY_LIBRARIES)).toEqual([]);
  });

  it('of a delivery worker has no ingestion and no administration', async () => {
    const modules = await modulesOf('delivery');
    expect(matching(modules, DELIVERY)).not.toEqual([]);
    expect(matching(modules, DELIVERY_LIBRARIES)).not.toEqual([]);
    expect(matching(modules, INGESTION)).toEqual([]);
    expect(matching(modules, ADMINISTRATION)).toEqual([]);
  });

  it('of an administration has no ingestion', async () => {
    const modules = await modulesOf('admin');
    expect(matching(modules, ADMINISTRATION)).not.toEqual([]);
    expect(matching(modules, INGESTION)).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOf } from '../../src/database/credential.js';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { type PostgresServer, startPostgres } from '../support/servers/postgres.js';

const TOKEN = 'e2e-admin-token-0123';
const disposals: (() => Promise<unknown>)[] = [];
let postgres: PostgresServer;
let receiver: Receiver;
let product: Product;

beforeEach(async () => {
  postgres = await startPostgres();
  disposals.push(() => postgres.stop());
  receiver = await startReceiver();
  disposals.push(() => receiver.close());
  product = await makeProduct({
    ...(await realServers()),
    DATABASE_URL: postgres.url,
    BOOTSTRAP_WEBHOOK_URL: receiver.url,
    BOOTSTRAP_ADMIN_TOKEN: TOKEN,
  });
  disposals.push(() => product.dispose());
});

afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

const track = (event: string, key = WRITE_KEY) =>
  fetch(`${product.address}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify({ userId: 'user-1', event }),
  });
const arrived = () => receiver.events().map(({ event }) => event);
const ready = async () => {
  const answer = await fetch(`${product.address}/health/ready`);
  const { details } = (await answer.json()) as { details: string[] };
  return { status: answer.status, details };
};
const metric = async (name: string) => {
  const text = await (await fetch(`${product.address}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  );
};

/** A write key created by another instance: inserted directly into Postgres. */
async function addKey(key: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(
    `INSERT INTO write_keys (id, source_id, name, hash, prefix)
     SELECT $1::text, id, $1::text, $2, 'pre' FROM sources LIMIT 1`,
    [`wkey_${randomUUID()}`, hashOf(key)],
  );
  await client.end();
}

describe('Postgres away', () => {
  it('is reported by readiness and metrics, and leaves the instance ready', async () => {
    await product.start();
    expect(await ready()).toEqual({ status: 200, details: [] });
    expect(await metric('tributary_postgres_up')).toBe(1);
    await postgres.kill();
    await eventually(async () => expect(await metric('tributary_postgres_up')).toBe(0));
    await eventually(async () =>
      expect(await metric('tributary_configuration_age_seconds')).toBeGreaterThan(2),
    );
    const { status, details } = await ready();
    expect([status, details]).toEqual([200, [expect.stringMatching(/^the configuration is as of .*away$/)]]);
    expect(await metric('tributary_write_keys{from="postgres"}')).toBe(1);
    await postgres.restart();
    await eventually(async () => expect(await ready()).toMatchObject({ details: [] }));
  });

  it('at a restart: calls are accepted, and the rest follows when Postgres is back', async () => {
    await product.start();
    await track('Before');
    await eventually(() => expect(arrived()).toContain('Before'), 30_000);
    await product.stop();
    await postgres.kill();

    await product.start();
    const { status, details } = await ready();
    expect(status).toBe(200);
    expect(details.join()).toMatch(/write keys come from the snapshot on disk of .*: Postgres is away/);
    expect(await metric('tributary_write_keys{from="disk"}')).toBe(1);
    expect((await track('Meanwhile')).status).toBe(200);
    expect((await track('Never', 'unknown-key')).status).toBe(401);
    const admin = { headers: { authorization: `Bearer ${TOKEN}` } };
    expect((await fetch(`${product.address}/admin/v1/me`, admin)).status).toBe(503);
    expect(arrived()).toEqual(['Before']);

    await postgres.restart();
    await addKey('made-meanwhile');
    await eventually(async () => expect((await track('New', 'made-meanwhile')).status).toBe(200));
    await eventually(() => expect(arrived()).toEqual(expect.arrayContaining(['Meanwhile', 'New'])), 30_000);
    expect((await ready()).details).toEqual([]);
    expect(await metric('tributary_write_keys{from="postgres"}')).toBe(2);
  });

  it('at a first start, without a snapshot: the process waits, and then works', async () => {
    await postgres.kill();
    const starting = product.start();
    await eventually(() => expect(product.output()).toContain('database.waiting'));
    await postgres.restart();
    await starting;
    expect((await track('First')).status).toBe(200);
  });
});

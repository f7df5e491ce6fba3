import { access } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../src/database/credential.js';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type PostgresServer, startPostgres } from '../support/servers/postgres.js';

/** Statements on a separate connection, as another instance would make them. */
async function administer<Row extends object>(url: string, statement: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}

const addKey = (url: string, key: string, limit: number | null = null) =>
  administer(
    url,
    `INSERT INTO write_keys (id, source_id, name, hash, prefix, rate_limit) SELECT $1, id, $2, $3, '', $4 FROM sources`,
    [`wkey_${key}`, key, hashOf(key), limit],
  );

/** Uses less CPU than fetch, so that the product gets most of the machine. */
const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

function statusOf(address: string, key: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { agent, method: 'POST', auth: `${key}:` };
    const call = request(`${address}/v1/track`, options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    call.on('error', reject).end('{"userId":"u","event":"e"}');
  });
}

interface Sent {
  readonly address: string;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly status: number;
}

/** Starts several senders per address. Each sends a call every ten milliseconds, or as soon as the previous one is answered. */
function startLoad(addresses: readonly string[], key: string, senders: number) {
  const sent: Sent[] = [];
  let going = true;
  const send = async (address: string) => {
    while (going) {
      const sentAt = Date.now();
      const status = await statusOf(address, key);
      sent.push({ address, sentAt, status, answeredAt: Date.now() });
      await pause(10);
    }
  };
  const all = addresses.flatMap((address) => Array.from({ length: senders }, () => send(address)));
  const stop = async (): Promise<readonly Sent[]> => {
    going = false;
    await Promise.all(all);
    return sent;
  };
  return { sent, stop };
}

/** Number of answered calls by second since the epoch. */
function perSecond(sent: readonly Sent[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { answeredAt } of sent) {
    const second = Math.floor(answeredAt / 1_000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return counts;
}

/**
 * The first five consecutive seconds, from a given one on, with enough calls to exceed a limit of 100. On a machine that is
 * too busy to send that many, the limit would not show.
 */
function pressedSeconds(sent: readonly Sent[], from: number): number[] {
  const now = Math.floor(Date.now() / 1_000);
  const counts = perSecond(sent);
  let row: number[] = [];
  for (let second = from; second < now && row.length < 5; second += 1) {
    row = (counts.get(second) ?? 0) >= 160 ? [...row, second] : [];
  }
  return row;
}

describe('three instances on one Postgres, Redis and Kafka', () => {
  let settings: Record<string, string>;
  let url: string;
  let products: Product[];
  let addresses: string[];
  /** Answers to calls with the limited key. */
  let limited: readonly Sent[];

  beforeAll(async () => {
    settings = await realServers();
    url = settings['DATABASE_URL'] ?? '';
    const role = { ROLES: 'collector', LOG_LEVEL: 'warn' };
    products = await Promise.all([1, 2, 3].map(() => makeProduct({ ...settings, ...role })));
    for (const product of products) await product.start();
    addresses = products.map(({ address }) => address);
  }, 120_000);
  afterAll(() => Promise.all(products.map((product) => product.dispose())));

  const isTakenBy = (address: string, key: string) =>
    eventually(async () => expect(await statusOf(address, key)).toBe(200));

  it('refuse a revoked key two seconds later, under load', async () => {
    await addKey(url, 'revoked-under-load');
    await Promise.all(addresses.map((address) => isTakenBy(address, 'revoked-under-load')));
    const load = startLoad(addresses, 'revoked-under-load', 2);
    await eventually(() => expect(new Set(load.sent.map(({ address }) => address)).size).toBe(3));
    await administer(url, 'UPDATE write_keys SET revoked_at = now() WHERE name = $1', ['revoked-under-load']);
    const revokedAt = Date.now();
    await eventually(() => {
      const late = load.sent.filter(({ sentAt }) => sentAt > revokedAt + 2_500);
      expect(new Set(late.map(({ address }) => address)).size).toBe(3);
    });
    const sent = await load.stop();
    const after = sent.filter(({ sentAt }) => sentAt > revokedAt + 2_000);
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set([401]));
    for (const address of addresses) {
      const statuses = sent.filter((one) => one.address === address).map(({ status }) => status);
      expect(statuses).toContain(200);
      expect(statuses.filter((status) => status === 401).length).toBeGreaterThan(10);
    }
  });

  it('together admit as many calls as a limit of 100 per second allows', async () => {
    await addKey(url, 'limited', 100);
    await Promise.all(addresses.map((address) => isTakenBy(address, 'limited')));
    const load = startLoad(addresses, 'limited', 4);
    const from = Math.floor(Date.now() / 1_000) + 1;
    await eventually(() => expect(pressedSeconds(load.sent, from)).toHaveLength(5), 120_000);
    limited = await load.stop();
    expect(new Set(limited.map(({ status }) => status))).toEqual(new Set([200, 429]));
    const admitted = perSecond(limited.filter(({ status }) => status === 200));
    for (const second of pressedSeconds(limited, from)) {
      expect(admitted.get(second)).toBeGreaterThanOrEqual(90);
      expect(admitted.get(second)).toBeLessThanOrEqual(110);
    }
  });

  it('together count the outcomes of the calls of a key', async () => {
    await Promise.all(products.map((product) => product.stop()));
    const rows = await administer<{ outcome: string; count: string }>(
      url,
      `SELECT outcome, count FROM write_key_usage WHERE write_key_id = 'wkey_limited'`,
    );
    const counts = Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)]));
    const answered = (status: number) => limited.filter((one) => one.status === status).length;
    // Each instance sent one more call when the key was new.
    expect(counts).toEqual({ accepted: answered(200) + 3, rate_limited: answered(429) });
  });
});

describe('an instance that starts while Postgres is away', () => {
  let postgres: PostgresServer;
  let product: Product;

  beforeAll(async () => {
    postgres = await startPostgres();
    const servers = { ...(await realServers()), DATABASE_URL: postgres.url };
    product = await makeProduct({ ...servers, ROLES: 'collector', LOG_LEVEL: 'info' });
    await product.start();
  }, 120_000);
  afterAll(async () => {
    await product.dispose();
    await postgres.stop();
  });

  const ready = async () =>
    (await (await fetch(`${product.address}/health/ready`)).json()) as { details: string[] };

  it('serves the keys in the snapshot on disk, reports that, and recovers when Postgres is back', async () => {
    expect(await statusOf(product.address, WRITE_KEY)).toBe(200);
    await eventually(() => access(join(product.dataDir, 'write-keys.snapshot')));
    await product.kill();
    await postgres.kill();
    await product.start();
    expect(await statusOf(product.address, WRITE_KEY)).toBe(200);
    expect(await statusOf(product.address, 'unknown')).toBe(401);
    expect((await ready()).details.join()).toMatch(/disk/);
    const metrics = await (await fetch(`${product.address}/metrics`)).text();
    expect(metrics).toMatch(/^tributary_write_keys\{from="disk"\} 1$/m);
    await postgres.restart();
    await addKey(postgres.url, 'added-later');
    await eventually(async () => expect(await statusOf(product.address, 'added-later')).toBe(200), 20_000);
    await eventually(async () => expect((await ready()).details).toEqual([]));
  });
});

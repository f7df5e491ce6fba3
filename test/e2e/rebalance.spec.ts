import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { EventStream } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { outOfOrder, repeats, type Taken } from '../support/per-user-order.js';
import { makeProduct, type Product } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { startReceiver } from '../support/receiver.js';
import { AdminApi } from './openapi/admin-api.js';

const TOKEN = 'admin-token-of-the-rebalance-test';
/** Each user sends four events per second: 60 per second together, on three partitions. */
const USERS = 15;
const EVERY_MS = 500;
const SECRET_KEYS = randomBytes(32).toString('base64');
const LONG = 45_000;

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

async function start(settings: Record<string, string>): Promise<Product> {
  const product = await makeProduct({ ...settings, BOOTSTRAP_ADMIN_TOKEN: TOKEN, LOG_LEVEL: 'warn' });
  disposals.push(() => product.dispose());
  await product.start();
  return product;
}

/** The API that the segment destination calls. A test can make it refuse every request for a while. */
async function startCollector() {
  const receiver = await startReceiver();
  disposals.push(() => receiver.close());
  const taken: Taken[] = [];
  const collector = { receiver, taken, failing: false };
  receiver.answer = ({ body }) => {
    if (collector.failing) return { status: 500 };
    const { batch } = JSON.parse(body) as { batch: { messageId: string }[] };
    taken.push(...batch.map(({ messageId }) => ({ id: messageId, at: Date.now() })));
    return { status: 200 };
  };
  return collector;
}

/** The stream that the redis-stream destination writes to. */
function openStream(url: string, stream: string) {
  const redis = new Redis(url);
  disposals.push(() => redis.quit());
  return async (): Promise<Taken[]> =>
    (await redis.xrange(stream, '-', '+')).map(([entry, [, id = '']]) => {
      return { id, at: Number(entry.split('-')[0]) };
    });
}

async function openDatabase(connectionString: string | undefined) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  disposals.push(() => client.end());
  return async (): Promise<number> =>
    (await client.query<{ count: number }>('SELECT count(*)::int AS count FROM deliveries')).rows[0]!.count;
}

async function metric({ address }: Product, pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return Number(pattern.exec(text)?.[1] ?? 0);
}
const circuitsOpen = (product: Product) =>
  metric(product, /^tributary_circuits_open\{type="segment"\} (\d+)$/m);
const delivered = (product: Product) =>
  metric(
    product,
    /^tributary_deliveries_total\{type="redis-stream",outcome="delivered"(?:,reason="")?\} (\d+)$/m,
  );

describe('while instances join and leave', () => {
  it('every user’s events arrive in order, none is lost, and none is repeated unless an instance was killed', async () => {
    const own = { RETRY_BASE_MS: '50', SECRET_KEYS, KAFKA_PARTITIONS: '3' };
    const settings: Record<string, string> = { ...(await realServers()), ...own };
    const collector = await startCollector();
    const stream = `rebalance:${settings['EVENTS_TOPIC']}`;
    const entries = openStream(settings['REDIS_URL'] ?? '', stream);
    const [stays, leaves] = [await start(settings), await start(settings)];
    const waiting = await openDatabase(settings['DATABASE_URL']);
    const api = new AdminApi(stays.address, TOKEN);
    const only = async (path: string) => (await api.do<{ data: { id: string }[] }>('GET', path)).data[0]!.id;
    const at = `/workspaces/${await only('/workspaces')}`;
    const sourceId = await only(`${at}/sources`);
    for (const [type, of] of Object.entries({
      segment: { endpoint: collector.receiver.url, writeKey: 'key' },
      'redis-stream': { url: settings['REDIS_URL'], stream },
    })) {
      const { id } = await api.do('POST', `${at}/destinations`, { type, name: type, settings: of });
      await api.do('POST', `${at}/connections`, { sourceId, destinationId: id });
    }
    const sent = new EventStream(() => [stays.address], USERS, EVERY_MS);
    disposals.push(() => sent.stop());
    /** Resolves when both destinations have all events accepted so far. */
    const caughtUp = async (): Promise<void> => {
      const wanted = [...sent.accepted.keys()];
      await eventually(async () => {
        const sets = [collector.taken, await entries()].map((all) => new Set(all.map(({ id }) => id)));
        for (const ids of sets) expect(wanted.filter((id) => !ids.has(id))).toEqual([]);
      }, LONG);
    };
    await eventually(() => expect(sent.accepted.size).toBeGreaterThan(4 * USERS), LONG);
    await caughtUp();

    // An instance joins while the circuit is open, and opens its own. When the circuits close, the held events are delivered.
    collector.failing = true;
    await eventually(async () => {
      expect(await circuitsOpen(stays)).toBe(1);
      expect(await circuitsOpen(leaves)).toBe(1);
    }, LONG);
    const dies = await start(settings);
    await eventually(async () => expect(await delivered(dies)).toBeGreaterThan(0), LONG);
    await eventually(async () => expect(await circuitsOpen(dies)).toBe(1), LONG);
    const before = collector.taken.length;
    collector.failing = false;
    await eventually(async () => {
      for (const product of [stays, leaves, dies]) expect(await circuitsOpen(product)).toBe(0);
      expect(await waiting()).toBe(0);
    }, LONG);
    expect(collector.taken.length).toBeGreaterThan(before);

    expect(await leaves.stop()).toBe(0);
    await caughtUp();
    const killed = Date.now();
    for (const all of [collector.taken, await entries()]) expect(repeats(all)).toEqual([]);

    await dies.kill();
    await eventually(() => expect(sent.between(performance.now() - 1).length).toBeGreaterThan(0));
    await caughtUp();
    await sent.stop();
    await caughtUp();
    for (const all of [collector.taken, await entries()]) {
      expect(outOfOrder(all)).toEqual([]);
      // Only events in flight at the kill may be repeated.
      expect(repeats(all).filter(({ first }) => first.at > killed + 1_000)).toEqual([]);
    }
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type PostgresServer, startPostgres } from '../support/servers/postgres.js';
import { type RedisServer, startRedis } from '../support/servers/redis.js';
import { Account, type Kill } from './chaos/account.js';
import { idOf, isPoison, sendEvents, type Sent } from './chaos/events-to-send.js';
import { MoodyReceiver } from './chaos/moody-receiver.js';
import { seededRandom } from './chaos/seeded-random.js';
import { tableOf } from './chaos/table.js';
import { Witness } from './chaos/witness.js';
import { AdminApi } from './openapi/admin-api.js';

const EVENTS = Number(process.env['CHAOS_EVENTS'] ?? 100_000);
const SEED = Number(process.env['CHAOS_SEED'] ?? 1 + (Date.now() % 1_000_000));
const KILLS = 5;
const EVERY_MS = 10_000;
const POSTGRES_AWAY_MS = 3_000;
const TOKEN = 'the-token-of-the-chaos';
const MAX_ITEMS = 100;
/**
 * What may be in flight: of each of six partitions two batches of 200 records, one at work and one of which the position is on
 * its way to Kafka, and two requests of events that are tried again.
 */
const MOST_IN_FLIGHT = 6 * 2 * 200 + 2 * MAX_ITEMS;

const poisonous = Array.from({ length: EVENTS }, (_, index) => idOf(index)).filter(isPoison);

describe(`${EVENTS} events, a receiver that fails at random (CHAOS_SEED=${SEED}), and a worker killed every ${EVERY_MS / 1_000} s`, () => {
  const receiver = new MoodyReceiver(seededRandom(SEED));
  let postgres: PostgresServer;
  let redis: RedisServer;
  let collector: Product;
  let worker: Product;
  let witness: Witness;
  const disposals: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    disposals.push(
      () => postgres.stop(),
      () => redis.stop(),
    );
    const settings: Record<string, string> = {
      ...(await realServers()),
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      BOOTSTRAP_WEBHOOK_URL: await receiver.start(),
      BOOTSTRAP_ADMIN_TOKEN: TOKEN,
      RETRY_BASE_MS: '100',
      LOG_LEVEL: 'error',
    };
    disposals.push(() => receiver.close());
    collector = await makeProduct({ ...settings, ROLES: 'collector,admin' });
    disposals.push(() => collector.dispose());
    worker = await makeProduct({ ...settings, ROLES: 'delivery' });
    disposals.push(() => worker.dispose());
    await collector.start();
    witness = new Witness(settings, await batching(new AdminApi(collector.address, TOKEN)));
    disposals.push(() => witness.disconnect());
    await witness.connect();
  }, 90_000);

  afterAll(async () => {
    for (const dispose of disposals.reverse()) await dispose();
  });

  /** What else goes wrong, and in which run of the worker. */
  const disasters: Readonly<Record<number, () => Promise<void>>> = {
    2: async () => {
      await eventually(async () => expect((await witness.left()).waiting).toBeGreaterThan(0), 60_000);
      const client = new Redis(redis.url);
      await client.flushall();
      client.disconnect();
    },
    3: async () => {
      await eventually(() => expect(receiver.runs[2]!.open).toBeGreaterThan(0), 60_000);
      await postgres.kill();
      await sleep(POSTGRES_AWAY_MS);
      await postgres.restart();
    },
  };

  it('each is delivered or a dead letter, and comes twice only where a kill caught it in flight', async () => {
    const sending = sendEvents(collector.address, EVENTS, (KILLS + 0.5) * EVERY_MS);
    const kills: Kill[] = [];
    for (let number = 1; number <= KILLS; number += 1) {
      const over = Date.now() + EVERY_MS;
      const run = receiver.nextRun();
      await worker.start();
      await disasters[number]?.();
      await sleep(Math.max(over - Date.now(), 0));
      // A kill hurts most while a full request is under way; where none comes any more, any moment will do.
      await eventually(() => expect(run.open).toBeGreaterThanOrEqual(MAX_ITEMS), 15_000).catch(
        () => undefined,
      );
      await worker.kill();
      kills.push({ run, durable: await witness.durable() });
    }
    const last = receiver.nextRun();
    await worker.start();
    const sent = await sending;
    await eventually(async () => {
      await sleep(200);
      expect(await witness.left()).toEqual({ lag: 0, waiting: 0 });
    }, 300_000);

    const account = new Account({ runs: receiver.runs, kills, events: witness.events() });
    const dead = await witness.deadLetters();
    say(sent, account, dead);
    // Nothing is lost, and nothing is both.
    expect(sent.accepted.size).toBe(EVENTS);
    expect(account.delivered.size + dead.rows.length).toBe(EVENTS);
    expect(new Set([...account.delivered, ...dead.rows])).toEqual(sent.accepted);
    expect(dead.rows.sort()).toEqual(poisonous.sort());
    expect(new Set(dead.records)).toEqual(new Set(dead.rows));
    // Nothing comes twice without a reason.
    expect(account.unexplained).toEqual([]);
    const caught = account.kills.map(({ inFlight }) => inFlight);
    expect(Math.max(...caught)).toBeLessThanOrEqual(MOST_IN_FLIGHT);
    // A test whose kills catch nothing would prove nothing.
    expect(Math.max(...caught)).toBeGreaterThan(0);
    // What the processes count that were not killed is what the others saw.
    expect(await counted(collector, 'messages_total', { outcome: 'accepted' })).toBe(EVENTS);
    expect(await counted(worker, 'deliveries_total', { outcome: 'delivered' })).toBe(last.taken.length);
    expect(await counted(worker, 'dead_letters_overflow_total', {})).toBe(0);
  }, 900_000);

  function say(
    { accepted, again }: Sent,
    account: Account,
    dead: { records: string[]; rows: string[] },
  ): void {
    const { delivered, doubles, unexplained } = account;
    const lines = [
      `accepted ${accepted.size} (calls sent again: ${again}), delivered ${delivered.size}, dead letters ${dead.rows.length} ` +
        `(records: ${dead.records.length}), doubles ${doubles} (unexplained: ${unexplained.length}), CHAOS_SEED=${SEED}`,
      tableOf(receiver.runs, account),
    ];
    process.stderr.write(`${lines.join('\n')}\n`);
  }

  /** The webhook of the first start, from now on with a hundred events a request; resolves to its id. */
  async function batching(admin: AdminApi): Promise<string> {
    const only = async (path: string) =>
      (await admin.do<{ data: { id: string; settings: object }[] }>('GET', path)).data[0]!;
    const destinations = `/workspaces/${(await only('/workspaces')).id}/destinations`;
    const { id, settings } = await only(destinations);
    const patient = { ...settings, batch: true, maxItems: MAX_ITEMS, timeoutSeconds: 60 };
    await admin.do('PATCH', `${destinations}/${id}`, { settings: patient });
    return id;
  }

  /** The sum of a counter over all lines that have these labels. */
  async function counted(product: Product, name: string, labels: Record<string, string>): Promise<number> {
    const text = await (await fetch(`${product.address}/metrics`)).text();
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const lines = text.split('\n').filter((line) => line.startsWith(`tributary_${name}`));
    const found = lines.filter((line) => wanted.every((label) => line.includes(label)));
    return found.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }
});

import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type Identity, makeAuthority } from '../../support/certificates.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { type Behaviour } from '../../support/hostile-servers/behaviour.js';
import { type Attempt } from '../../support/hostile-servers/hostile-tenant.js';
import { hostileTypes } from '../../support/hostile-servers/hostile-types.js';
import {
  type NeighbourDestination,
  NeighbourTenant,
  p99Of,
  type SteadyCall,
} from '../../support/hostile-servers/neighbour-tenant.js';
import { ADMIN_TOKEN, besiege } from '../../support/hostile-servers/siege.js';
import { makeProduct, type Product } from '../../support/product.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { topicRecords } from '../../support/topic-records.js';
import { type MemoryWatch, watchChildren, watchMemory } from '../hostile/resident-memory.js';
import { AdminApi } from '../openapi/admin-api.js';

/** Most that the process may grow while two destinations of each type at a time have servers that send without end. */
const MOST_MB = 500;
/** Most of all delivery processes together: the one in use, its spare, and those of suspected destinations. */
const MOST_OF_CHILDREN_MB = 1_500;
const QUIET_CALLS = 250;
const SAMPLE = 24;
const NAMES = { stream: `hostile:${randomUUID()}`, topic: `hostile-${randomUUID()}` };

const authority: Authority = await makeAuthority();
const trusted: Identity = await authority.issue('server');
const unknown: Identity = await (await makeAuthority()).issue('server');
const types = hostileTypes(trusted, unknown).map((type) => ({
  ...type,
  behaviours: sampleOf(type.behaviours),
}));

/** Every behaviour runs alone in the integration tests. Here some of each kind run together, and two that send without end. */
function sampleOf(behaviours: readonly Behaviour[]): Behaviour[] {
  const heavy = behaviours.filter((behaviour) => behaviour.heavy);
  const light = behaviours.filter((behaviour) => !behaviour.heavy);
  const step = Math.ceil(light.length / SAMPLE);
  return [...light.filter((_, index) => index % step === 0), ...heavy.slice(0, 2)];
}

let database: TestDatabase;
let receiver: Receiver;
let product: Product;
let pid: number;
let neighbour: NeighbourTenant;
let memory: MemoryWatch;
let children: MemoryWatch;
let attempts: ReadonlyMap<string, ReadonlyMap<string, readonly Attempt[]>>;
let calls: readonly SteadyCall[];

beforeAll(async () => {
  database = await freshDatabase();
  receiver = await startReceiver();
  await makeTopic();
  product = await makeProduct({
    BOOTSTRAP_ADMIN_TOKEN: ADMIN_TOKEN,
    LOG_LEVEL: 'warn',
  });
  await product.start();
  pid = product.pid()!;
  neighbour = await NeighbourTenant.start(new AdminApi(product.address, ADMIN_TOKEN), honestDestinations());
  await eventually(() => expect(neighbour.calls().length).toBeGreaterThan(QUIET_CALLS), 60_000);
  const quiet = neighbour.calls();
  memory = await watchMemory(pid);
  children = await watchChildren(pid);
  attempts = await besiege(product.address, types, authority.certificate).catch((error: unknown) => {
    throw new Error(`the run broke off; the product printed ${product.output().slice(-10_000)}`, {
      cause: error,
    });
  });
  const busy = neighbour.calls().slice(quiet.length);
  await neighbour.stop();
  calls = neighbour.calls();
  print(quiet, busy);
}, 400_000);

afterAll(async () => {
  await neighbour.stop();
  await memory.stop();
  await children.stop();
  await product.dispose();
  await receiver.close();
  await database.drop();
});

/** A webhook, and one destination of each type with a real server of the test run. */
function honestDestinations(): NeighbourDestination[] {
  const { hostname, port, pathname, username } = new URL(database.url);
  const [user, table] = [{ user: username, database: pathname.slice(1) }, { tablePrefix: 'hostile_' }];
  return [
    { type: 'webhook', name: 'webhook', settings: { url: receiver.url } },
    {
      type: 'postgres',
      name: 'postgres',
      settings: { host: hostname, port: Number(port), tls: 'disable', ...user, ...table },
    },
    {
      type: 'redis-stream',
      name: 'redis-stream',
      settings: { url: process.env['REDIS_URL'], stream: NAMES.stream },
    },
    {
      type: 'kafka',
      name: 'kafka',
      settings: {
        ...{ brokers: process.env['KAFKA_BROKERS']!.split(','), topic: NAMES.topic },
        tls: false,
      },
    },
  ];
}

/** Times are figures here and no assertions: the machine that runs the tests is busy with the hostile servers too. */
function print(quiet: readonly SteadyCall[], busy: readonly SteadyCall[]): void {
  const [before, during] = [p99Of(quiet), p99Of(busy)];
  process.stdout.write(
    `Neighbour: p99 of ingestion ${before.toFixed(1)} ms quiet (${quiet.length} calls), ${during.toFixed(1)} ms during the ` +
      `hostile run (${busy.length} calls), ratio ${(during / before).toFixed(1)}; memory +${memory.risen().toFixed()} MB, ` +
      `delivery processes +${children.risen().toFixed()} MB\n`,
  );
}

describe.each(types)('a $type destination whose server sends', ({ type, behaviours }) => {
  it.each(behaviours)('$name: the attempt ends with a reason', ({ name, mayDeliver }) => {
    const [attempt] = attempts.get(type)?.get(name) ?? [];
    if (mayDeliver && attempt?.outcome === 'delivered') return;
    expect(attempt?.outcome).toMatch(/^(?:retry|dead|paused)$/);
    expect(attempt?.reason).toMatch(/^[A-Za-z0-9_]{2,60}$/);
    expect(attempt?.reason).not.toBe('handler_error');
  });
});

describe('meanwhile', () => {
  it('the process has lived on, without an error of its own', async () => {
    expect(product.pid()).toBe(pid);
    expect(process.kill(pid, 0)).toBe(true);
    expect((await fetch(`${product.address}/health/ready`)).status).toBe(200);
    expect(product.output()).not.toMatch(/"level":[56]0|unhandled/i);
  });

  it(`memory has stayed within ${MOST_MB} MB of its start`, () => {
    expect(memory.risen()).toBeLessThan(MOST_MB);
    expect(children.risen()).toBeLessThan(MOST_OF_CHILDREN_MB);
  });

  it('each event of the neighbour was answered 200', () => {
    expect(calls.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('each event of the neighbour arrived at each of its destinations', async () => {
    const missing = (ids: readonly string[]): string[] => {
      const arrived = new Set(ids);
      return calls.map(({ messageId }) => messageId).filter((id) => !arrived.has(id));
    };
    await eventually(() => {
      expect(missing(receiver.events().map(({ messageId }) => messageId))).toEqual([]);
    }, 60_000);
    await eventually(async () => expect(missing(await inPostgres())).toEqual([]), 60_000);
    await eventually(async () => expect(missing(await inRedis())).toEqual([]), 60_000);
    await eventually(async () => expect(missing(await inKafka())).toEqual([]), 60_000);
  });
});

async function inPostgres(): Promise<string[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ id: string }>('SELECT message_id AS id FROM hostile_events');
  await client.end();
  return rows.map(({ id }) => id);
}

async function inRedis(): Promise<string[]> {
  const client = new Redis(process.env['REDIS_URL']!);
  const entries = await client.xrange(NAMES.stream, '-', '+');
  client.disconnect();
  return entries.map(([, fields]) => fields[1]!);
}

const kafka = (): Kafka =>
  new Kafka({ brokers: process.env['KAFKA_BROKERS']!.split(','), logLevel: logLevel.NOTHING });

async function makeTopic(): Promise<void> {
  const admin = kafka().admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: NAMES.topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
}

async function inKafka(): Promise<string[]> {
  const records = await topicRecords(kafka(), NAMES.topic);
  return records.map(({ headers }) => String(headers?.['messageId']));
}

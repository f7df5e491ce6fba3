import { once } from 'node:events';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { startChild } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { startKafka } from '../support/servers/kafka.js';
import { startPostgres } from '../support/servers/postgres.js';
import { startRedis } from '../support/servers/redis.js';

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

/** Starts a server and stops it after the test. */
async function own<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  disposals.push(() => server.stop());
  return server;
}

describe('a server keeps its data when it is killed and restarted', () => {
  it('Postgres', async () => {
    const server = await own(startPostgres());
    const query = async (sql: string) => {
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      return client.query<{ n: number }>(sql).finally(() => client.end());
    };
    await query('CREATE TABLE numbers AS SELECT 42 AS n');
    await server.kill();
    await expect(query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect((await query('SELECT n FROM numbers')).rows).toEqual([{ n: 42 }]);
  });

  it('Postgres, while a session is open', async () => {
    const server = await own(startPostgres());
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    const query = client.query('SELECT pg_sleep(60)');
    await Promise.all([expect(query).rejects.toThrow(), server.restart()]);
  });

  it('Redis', async () => {
    const server = await own(startRedis());
    const connection = () => new Redis(server.url, { lazyConnect: true, retryStrategy: () => null });
    const call = async <T>(command: (redis: Redis) => Promise<T>) => {
      const redis = connection().on('error', () => undefined);
      await redis.connect();
      return command(redis).finally(() => redis.disconnect());
    };
    await call((redis) => redis.set('answer', '42'));
    await server.kill();
    await expect(call((redis) => redis.ping())).rejects.toThrow();
    await server.restart();
    expect(await call((redis) => redis.get('answer'))).toBe('42');
    expect(await call((redis) => redis.config('GET', 'maxmemory-policy'))).toContain('noeviction');
  });

  it('Kafka', async () => {
    const server = await own(startKafka());
    const kafka = new Kafka({ brokers: [server.brokers], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.createTopics({ topics: [{ topic: 'numbers', numPartitions: 1 }], waitForLeaders: true });
    await admin.disconnect();
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: 'numbers', acks: -1, messages: [{ value: '42' }] });
    await producer.disconnect();

    await server.restart();
    const consumer = kafka.consumer({ groupId: 'readers' });
    disposals.push(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topic: 'numbers', fromBeginning: true });
    const values: string[] = [];
    await consumer.run({
      eachMessage: ({ message }) => Promise.resolve(void values.push(String(message.value))),
    });
    await eventually(() => expect(values).toEqual(['42']));
  });
});

it('a server ends when the test process that owns it is killed', async () => {
  const owner = await startChild(join(import.meta.dirname, '../support/servers/redis-owner.ts'), []);
  const redis = new Redis(owner.line, { retryStrategy: () => null }).on('error', () => undefined);
  expect(await redis.ping()).toBe('PONG');
  const ended = once(redis, 'end');
  await owner.kill();
  await ended;
});

it('the common servers of the test run are in the environment', async () => {
  const { DATABASE_URL, REDIS_URL, KAFKA_BROKERS } = process.env;
  const client = new pg.Client({ connectionString: DATABASE_URL! });
  await client.connect();
  await client.end();
  expect(REDIS_URL).toMatch(/^rediss?:/);
  expect(KAFKA_BROKERS).toMatch(/:\d+$/);
});

it('a frozen Kafka answers nothing until it is thawed', async () => {
  const server = await own(startKafka());
  const impatient = new Kafka({
    brokers: [server.brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 500,
    requestTimeout: 500,
    retry: { retries: 0 },
  });
  const describeCluster = async () => {
    const admin = impatient.admin();
    await admin.connect();
    return admin.describeCluster().finally(() => admin.disconnect());
  };
  server.freeze();
  await expect(describeCluster()).rejects.toThrow();
  server.thaw();
  expect((await describeCluster()).brokers).toHaveLength(1);
});

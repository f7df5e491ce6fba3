import { randomUUID } from 'node:crypto';
import pg from 'pg';

/**
 * Settings for a product on the run's real servers: a new database, new topics, and the Redis database of this worker. Specs
 * of other workers need another one, because products that share a Redis run each other's retry timers.
 */
export async function realServers(): Promise<Record<string, string>> {
  const name = `e2e_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: required('DATABASE_URL') });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const [database, redis] = [new URL(required('DATABASE_URL')), new URL(required('REDIS_URL'))];
  database.pathname = `/${name}`;
  redis.pathname = `/${process.env['VITEST_POOL_ID'] ?? 0}`;
  return {
    DATABASE_URL: database.href,
    REDIS_URL: redis.href,
    KAFKA_BROKERS: required('KAFKA_BROKERS'),
    EVENTS_TOPIC: `${name}.events`,
    REJECTED_TOPIC: `${name}.rejected`,
    DEAD_LETTERS_TOPIC: `${name}.dead-letters`,
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: the global setup of the test run provides it`);
  return value;
}

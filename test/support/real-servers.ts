import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** Settings for a product on the run's real servers: a fresh database and topics of its own. */
export async function realServers(): Promise<Record<string, string>> {
  const name = `e2e_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: given('DATABASE_URL') });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const database = new URL(given('DATABASE_URL'));
  database.pathname = `/${name}`;
  return {
    DATABASE_URL: database.href,
    REDIS_URL: given('REDIS_URL'),
    KAFKA_BROKERS: given('KAFKA_BROKERS'),
    EVENTS_TOPIC: `${name}.events`,
    REJECTED_TOPIC: `${name}.rejected`,
    DEAD_LETTERS_TOPIC: `${name}.dead-letters`,
  };
}

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: the global setup of the test run provides it`);
  return value;
}

import { afterAll, expect } from 'vitest';
import pg from 'pg';
import { isAlone } from './alone.js';

/** Any number that no other advisory lock of the tests' database has. */
const LOCK = 7_202_611;

/** The turn of the last spec of this worker; one that could not be loaded has not given it back. */
const held = globalThis as { turn?: pg.Client };

/**
 * Specs take turns on the run's Postgres server, before they are loaded: most of them share one, and one of those that must be
 * alone waits until nobody else has any. A turn ends with its process, however that ends.
 */
async function take(path: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: process.env['DATABASE_URL'], keepAlive: true });
  await client.connect();
  await client.query(`SELECT ${isAlone(path) ? 'pg_advisory_lock' : 'pg_advisory_lock_shared'}(${LOCK})`);
  return client;
}

await held.turn?.end();
held.turn = await take(expect.getState().testPath ?? '');
afterAll(() => held.turn?.end());

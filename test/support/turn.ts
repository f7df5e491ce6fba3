import { afterAll, expect } from 'vitest';
import pg from 'pg';
import { isAlone } from './alone.js';

/** A number that no other advisory lock in the tests' database uses. */
const LOCK = 7_202_611;

/** The turn of this worker's last spec. A spec that could not be loaded has not ended its turn. */
const held = globalThis as { turn?: pg.Client };

/**
 * Before it is loaded, each spec takes a lock on the run's Postgres server. Most specs share the lock; a spec that must run
 * alone takes it exclusively. The lock is released when the process ends, even by SIGKILL.
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

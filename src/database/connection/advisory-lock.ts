import { type EntityManager } from 'typeorm';

/** Numbers of the locks that instances starting at once wait for; any number works, as long as nobody else uses it. */
const LOCKS = { migrations: 7_283_501, bootstrap: 7_283_502 } as const;

/** Waits until no other transaction holds the lock, and holds it until this transaction ends. */
export async function lockUntilCommit(manager: EntityManager, name: keyof typeof LOCKS): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCKS[name]]);
}

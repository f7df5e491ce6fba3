import { type EntityManager } from 'typeorm';

/** Advisory locks that instances starting at the same time wait for. The numbers are arbitrary, but unique in the database. */
const LOCKS = { migrations: 7_283_501, bootstrap: 7_283_502 } as const;

/** Waits until no other transaction holds the lock, then holds it until this transaction ends. */
export async function lockUntilCommit(manager: EntityManager, name: keyof typeof LOCKS): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCKS[name]]);
}

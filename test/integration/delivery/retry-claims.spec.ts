import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RetryKey, RetryLedger } from '../../../src/destinations/delivery/ledger/retry-ledger.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';

const LEASE_MS = 60_000;

let rig: DeliveryRig;
let ledger: RetryLedger;
let destination: string;

beforeEach(async () => {
  rig = await DeliveryRig.prepare();
  ledger = new RetryLedger(rig.database());
  destination = await rig.destination('console', {});
});
afterEach(() => rig.dispose());

async function rows(count: number): Promise<RetryKey[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await rig.sql(
    `INSERT INTO deliveries (id, destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_reason)
     SELECT id::uuid, $1, id, 'm', '{}', 1, now(), now(), 'http_500' FROM unnest($2::text[]) id`,
    [destination, ids],
  );
  return ids.map((id) => ({ id, attempt: 1 }));
}

const claim = async (keys: readonly RetryKey[]) =>
  (await ledger.claim(destination, keys, LEASE_MS)).map(({ id }) => id);
const idsOf = (keys: readonly RetryKey[]) => keys.map(({ id }) => id).sort();
const leftMs = async () => {
  const found = await rig.sql<{ ms: number | null }>(
    'SELECT extract(epoch FROM claimed_until - now())::float8 * 1000 AS ms FROM deliveries',
  );
  return found.map(({ ms }) => ms);
};

describe('claims on rows', () => {
  it('give each row to one of many concurrent workers', async () => {
    const keys = await rows(200);
    const asked = Array.from({ length: 8 }, (_, n) => claim(n % 2 === 0 ? keys : [...keys].reverse()));
    const got = (await Promise.all(asked)).flat();
    const rest = await claim(keys);
    expect([...got, ...rest].sort()).toEqual(idsOf(keys));
  });

  it('are renewed while they last, and not once they are released', async () => {
    const [held, released] = await rows(2);
    await claim([held!, released!]);
    await ledger.release(destination, [released!]);
    await ledger.renew(destination, [held!, released!], 10 * LEASE_MS);
    const times = await leftMs();
    expect(times).toContain(null);
    expect(Math.max(...times.map(Number))).toBeGreaterThan(9 * LEASE_MS);
    expect(await claim([held!, released!])).toEqual([released!.id]);
  });

  it('end with the attempt: a late worker changes nothing', async () => {
    const keys = await rows(2);
    await claim(keys);
    await ledger.reschedule(
      destination,
      keys.map((key) => ({ ...key, delayMs: 0, reason: 'http_500', status: 500 })),
    );
    await ledger.renew(destination, keys, LEASE_MS);
    await ledger.remove(
      destination,
      keys.map((key) => ({ ...key, kind: 'delivered' as const })),
    );
    expect(await rig.waiting()).toMatchObject([{ attempt: 2 }, { attempt: 2 }]);
    expect(await leftMs()).toEqual([null, null]);
    expect(await claim(keys)).toEqual([]);
    const next = keys.map(({ id }) => ({ id, attempt: 2 }));
    expect((await claim(next)).sort()).toEqual(idsOf(keys));
  });

  it('lock no row while they wait for the deletion of the destination', async () => {
    const keys = await rows(3);
    await claim(keys);
    let recorded: Promise<void> | undefined;
    await rig.database().transaction(async (deleting) => {
      await deleting.query('SELECT FROM destinations WHERE id = $1 FOR UPDATE', [destination]);
      recorded = ledger.remove(
        destination,
        keys.map((key) => ({ ...key, kind: 'delivered' as const })),
      );
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await eventually(async () => expect(await rig.sql(waiting)).toHaveLength(1));
      await deleting.query('SELECT FROM deliveries FOR UPDATE NOWAIT');
      await deleting.query('DELETE FROM destinations WHERE id = $1', [destination]);
    });
    await recorded;
    expect(await rig.waiting()).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataSource } from 'typeorm';
import { loadConfig } from '../../src/config/load-config.js';
import { connect } from '../../src/database/connection/connect.js';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { newId } from '../../src/database/new-id.js';
import { runMigrations } from '../../src/database/connection/run-migrations.js';
import { type Delivery } from '../../src/destinations/delivery/model/delivery.js';
import { DeliveryLog } from '../../src/destinations/delivery/ledger/delivery-log.js';
import { type PreparedDestination } from '../../src/destinations/delivery/model/prepared-destination.js';
import { type Outcome } from '../../src/destinations/delivery/model/outcome.js';
import { DeliveryRetention } from '../../src/destinations/delivery/ledger/delivery-retention.js';
import { anEvent } from '../support/events.js';
import { startPostgres } from '../support/servers/postgres.js';

/**
 * Cost of the delivery log, on a Postgres server and on the embedded one: time per attempt in this process and in Postgres, disk
 * space, a lookup by message id, and the deletion of old rows.
 * Run:
 * node test/support/run-typescript.mjs test/bench/delivery-log.ts
 */
const BATCH = 1_000;
const MIB = 1_048_576;
const SIZES = { table: 'pg_table_size', indexes: 'pg_indexes_size', total: 'pg_total_relation_size' };

const say = (line: string) => process.stdout.write(`${line}\n`);
const config = loadConfig({});
const outcome: Outcome = { kind: 'delivered' };

/** A batch as a destination receives it, with random message ids like those of SDKs. */
function aBatch(): Delivery[] {
  const source = newId('src');
  return Array.from({ length: BATCH }, () => {
    const event = anEvent({ messageId: randomUUID(), projectId: source });
    return { origin: 'tributary.events/0/1', item: { event, json: '', attempt: 1 } };
  });
}

async function fill(database: DataSource, attempts: number): Promise<void> {
  const log = new DeliveryLog(database, config);
  const outcomes = Array.from({ length: BATCH }, () => outcome);
  const destinations = Array.from({ length: 10 }, () => ({ id: newId('dst') }) as PreparedDestination);
  let [adding, storing, cpu] = [0, 0, 0];
  for (let row = 0; row < attempts; row += BATCH) {
    const batch = aBatch();
    const destination = destinations[(row / BATCH) % destinations.length]!;
    const started = performance.now();
    const used = process.cpuUsage();
    // A full batch starts its flush at once. The delivery waits only for the time up to here.
    log.add(destination, batch, outcomes);
    const added = performance.now();
    await log.flush();
    const { user, system } = process.cpuUsage(used);
    adding += added - started;
    storing += performance.now() - added;
    cpu += (user + system) / 1_000;
  }
  const micros = (ms: number) => `${((ms * 1_000) / attempts).toFixed(1)} µs`;
  say(`  per attempt: ${micros(adding)} in the delivery, ${micros(cpu)} of CPU in this process`);
  say(`  stored: ${(storing / (attempts / BATCH)).toFixed(1)} ms for ${BATCH} rows`);
}

async function measure(database: DataSource, attempts: number): Promise<void> {
  await fill(database, attempts);
  await database.query('VACUUM ANALYZE delivery_attempts');
  for (const [part, size] of Object.entries(SIZES)) {
    const [found] = await database.query<{ bytes: string }[]>(`SELECT ${size}('delivery_attempts') AS bytes`);
    const bytes = Number(found?.bytes);
    say(`  ${part}: ${(bytes / MIB).toFixed(0)} MiB, ${(bytes / attempts).toFixed(0)} bytes per row`);
  }
  const [one] = await database.query<{ id: string }[]>(
    'SELECT message_id AS id FROM delivery_attempts LIMIT 1',
  );
  const asked = performance.now();
  await database.query('SELECT * FROM delivery_attempts WHERE message_id = $1', [one?.id]);
  say(`  looked up: ${(performance.now() - asked).toFixed(1)} ms`);
  await database.query(`UPDATE delivery_attempts SET at = at - interval '10 days'`);
  await database.query('VACUUM delivery_attempts');
  const cleaned = performance.now();
  await new DeliveryRetention(database, config).clean();
  const ms = performance.now() - cleaned;
  say(
    `  deleted: ${(ms / 1_000).toFixed(1)} s, ${((ms * 1_000) / attempts).toFixed(1)} µs per row, pauses included`,
  );
}

const server = await startPostgres();
await runMigrations(server);
const postgres = await connect(server);
say('a Postgres server, 1,000,000 attempts');
await measure(postgres, 1_000_000);
await postgres.destroy();
await server.stop();

const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
const embedded = await EmbeddedPostgres.start(folder);
await runMigrations(embedded);
const small = await connect(embedded);
say('the embedded Postgres, 100,000 attempts');
await measure(small, 100_000);
await small.destroy();
await embedded.stop();
await rm(folder, { recursive: true });

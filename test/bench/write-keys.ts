import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type DataSource } from 'typeorm';
import { type Caller } from '../../src/auth/keys/caller.js';
import { keyRefusalOf } from '../../src/auth/keys/key-restrictions.js';
import { KnownKeys } from '../../src/auth/keys/known-keys.js';
import { SnapshotFile } from '../../src/auth/snapshot/snapshot-file.js';
import { WriteKeySnapshot } from '../../src/auth/snapshot/write-key-snapshot.js';
import { readWriteKeys } from '../../src/auth/keys/write-key-rows.js';
import { ChangeWatch } from '../../src/database/change-watch.js';
import { connect } from '../../src/database/connection/connect.js';
import { runMigrations } from '../../src/database/connection/run-migrations.js';
import { startPostgres } from '../support/servers/postgres.js';

/**
 * Cost of 100,000 write keys in 10,000 sources: loading from Postgres and from disk, memory, and the guard's time per call compared
 * with a single key. One key in ten has allowed origins, one in twenty is for servers only, one in twenty has a limit.
 * Run:
 * node test/support/run-typescript.mjs test/bench/write-keys.ts
 */
const KEYS = 100_000;
const SOURCES = 10_000;
const WORKSPACES = 100;
const CALLS = 2_000_000;
const ROUNDS = 5;
const MIB = 1_048_576;

const say = (line: string) => process.stdout.write(`${line}\n`);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const FILL = [
  `INSERT INTO workspaces (id, name) SELECT 'wsp_' || w, 'workspace ' || w FROM generate_series(0, ${WORKSPACES - 1}) w`,
  `INSERT INTO sources (id, workspace_id, name)
    SELECT 'src_01ARZ3NDEKTSV4RRFFQ' || s, 'wsp_' || s % ${WORKSPACES}, 'source ' || s FROM generate_series(0, ${SOURCES - 1}) s`,
  `INSERT INTO write_keys (id, source_id, name, hash, prefix, scopes, allowed_origins, rate_limit)
    SELECT 'wkey_01ARZ3NDEKTSV4RRFFQ' || k, 'src_01ARZ3NDEKTSV4RRFFQ' || k % ${SOURCES}, 'key ' || k,
      sha256(convert_to('key-' || k, 'UTF8')), 'key-',
      CASE WHEN k % 20 = 1 THEN '{server}'::text[] ELSE '{server,browser,pixel}' END,
      CASE WHEN k % 10 = 0 THEN ARRAY['https://' || k % ${SOURCES} || '.example', 'https://*.' || k % ${SOURCES} || '.example']
        ELSE '{}' END,
      CASE WHEN k % 20 = 3 THEN 100 END
    FROM generate_series(0, ${KEYS - 1}) k`,
  'VACUUM ANALYZE',
];

/** Prints the duration and the longest time for which the event loop was blocked, in ms. */
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const started = performance.now();
  const result = await work();
  const ms = performance.now() - started;
  delays.disable();
  say(`${name}: ${ms.toFixed(0)} ms, event loop blocked for at most ${(delays.max / 1e6).toFixed(0)} ms`);
  return result;
}

async function aSnapshot(postgres: DataSource, path: string): Promise<WriteKeySnapshot> {
  const changes = new ChangeWatch(postgres, 3_600_000);
  const snapshot = new WriteKeySnapshot(postgres, changes, new SnapshotFile(path));
  await snapshot.onModuleInit();
  await snapshot.onApplicationShutdown();
  await changes.onModuleDestroy();
  return snapshot;
}

const load = async (postgres: DataSource) => KnownKeys.of((await readWriteKeys(postgres)).rows);

/** Prints the time to load one change. */
async function measureChanges(postgres: DataSource): Promise<void> {
  let { mark } = await readWriteKeys(postgres);
  for (let round = 0; round < ROUNDS; round += 1) {
    await postgres.query(`UPDATE write_keys SET revoked_at = now() WHERE name = 'key ${round * 7}'`);
    const { rows, ...reading } = await timed('one change loaded', () => readWriteKeys(postgres, mark));
    if (rows.length !== 1) throw new Error(`${rows.length} rows have changed`);
    ({ mark } = reading);
  }
  await postgres.query('UPDATE write_keys SET revoked_at = NULL');
}

async function measureMemory(postgres: DataSource): Promise<void> {
  const holder: KnownKeys[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  holder.push(await load(postgres));
  collect();
  const used = process.memoryUsage().heapUsed - before;
  say(
    `memory: ${(used / MIB).toFixed(1)} MiB, ${Math.round(used / KEYS)} bytes per key (${holder.length} snapshot)`,
  );
}

async function measureDisk(postgres: DataSource, path: string): Promise<void> {
  const file = new SnapshotFile(path);
  const keys = (await load(postgres)).byHash;
  for (let round = 0; round < ROUNDS; round += 1) {
    await timed('file written', () => file.write(keys, new Date()));
    await timed('file read into memory', async () => KnownKeys.of((await file.read()).rows));
  }
  say(`file: ${((await stat(path)).size / MIB).toFixed(1)} MiB`);
}

const server: Caller = { kind: 'server', origin: undefined, address: '10.1.2.3' };

/** Time of the guard per call, to find the key and check its restrictions, in ns. */
function guardCost(snapshot: WriteKeySnapshot, names: readonly string[]): number {
  const now = Date.now();
  let known = 0;
  const started = performance.now();
  for (let call = 0; call < CALLS; call += 1) {
    const key = snapshot.find(names[call % names.length] ?? '');
    if (key !== undefined && keyRefusalOf(key, server, now) === undefined) known += 1;
  }
  const ms = performance.now() - started;
  if (known === 0) throw new Error('no call was admitted');
  return (ms * 1e6) / CALLS;
}

const postgresServer = await startPostgres();
const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
await runMigrations(postgresServer);
const postgres = await connect(postgresServer);

for (const statement of FILL.slice(0, 2)) await postgres.query(statement);
await postgres.query(`INSERT INTO write_keys (id, source_id, name, hash, prefix)
  SELECT 'wkey_1', id, 'one', sha256('key-0'), 'key-' FROM sources LIMIT 1`);
const one = await aSnapshot(postgres, join(folder, 'one.snapshot'));
await postgres.query('DELETE FROM write_keys');
for (const statement of FILL.slice(2)) await postgres.query(statement);
const all = await aSnapshot(postgres, join(folder, 'all.snapshot'));
say(`${all.state().keys} keys in ${SOURCES} sources`);

for (let round = 0; round < ROUNDS; round += 1) await timed('loaded from Postgres', () => load(postgres));
await measureChanges(postgres);
await measureMemory(postgres);
await measureDisk(postgres, join(folder, 'write-keys.snapshot'));

const names = Array.from({ length: KEYS }, (_, index) => `key-${index}`);
for (let round = 0; round < ROUNDS; round += 1) {
  const [few, same] = [guardCost(one, ['key-0']), guardCost(all, ['key-0'])];
  const [strangers, inTurn] = [guardCost(one, names), guardCost(all, names)];
  say(
    `guard, one busy key: ${few.toFixed(0)} ns of 1 key, ${same.toFixed(0)} ns of ${KEYS}, ratio ${(same / few).toFixed(2)}`,
  );
  // Both variants hash a new text per call. Known keys in turn are also never in the processor's cache.
  say(
    `guard, ${KEYS} in turn: unknown ${strangers.toFixed(0)} ns, known ${inTurn.toFixed(0)} ns, ratio ${(inTurn / strangers).toFixed(2)}`,
  );
}

await postgres.destroy();
await postgresServer.stop();
await rm(folder, { recursive: true });

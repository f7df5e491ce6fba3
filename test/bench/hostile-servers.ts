import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AdminApi } from '../e2e/openapi/admin-api.js';
import { makeAuthority } from '../support/certificates.js';
import { type HostileType, hostileTypes } from '../support/hostile-servers/hostile-types.js';
import { NeighbourTenant, p99Of } from '../support/hostile-servers/neighbour-tenant.js';
import { ADMIN_TOKEN, besiege } from '../support/hostile-servers/siege.js';
import { startKafka } from '../support/servers/kafka.js';
import { loopbackPort } from '../support/servers/loopback-port.js';
import { startPostgres } from '../support/servers/postgres.js';

/**
 * How far hostile servers of destinations lengthen the ingestion of a neighbour: the 99th percentile of its calls while
 * behaviours of the suite run, compared with a quiet time before it, in interleaved rounds. It needs the built product.
 * Run:
 * node test/support/run-typescript.mjs test/bench/hostile-servers.ts [servers]
 * With `servers` it runs on Postgres and Kafka, else on the embedded default.
 */
const ROUNDS = 3;
/** How many behaviours of each type run in a round: another part of them in each. */
const PER_TYPE = 24;
const QUIET_MS = 15_000;
const ROOT = join(import.meta.dirname, '../..');

const say = (line: string) => process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN;

/** The types with a part of their behaviours, so that the rounds together go through many of each kind. */
function typesOf(all: readonly HostileType[], round: number): HostileType[] {
  return all.map((type) => {
    const step = Math.ceil(type.behaviours.length / PER_TYPE);
    return { ...type, behaviours: type.behaviours.filter((_, index) => index % step === round % step) };
  });
}

/** The servers run in a process of their own, so that their work does not delay the measured calls. */
async function besiegeFromOutside(round: number): Promise<void> {
  const runner = join(ROOT, 'test/support/run-typescript.mjs');
  const siege = spawn(process.execPath, [runner, import.meta.filename, 'siege', address, String(round)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(siege, 'exit')) as [number | null];
  if (code !== 0) throw new Error('the siege broke off');
}

if (process.argv[3] === 'siege') {
  const [address = '', round = ''] = process.argv.slice(4);
  const authority = await makeAuthority();
  const stranger = await makeAuthority();
  const types = hostileTypes(await authority.issue('server'), await stranger.issue('server'));
  await besiege(address, typesOf(types, Number(round)), authority.certificate);
  process.exit(0);
}

const receiver = createServer((request, response) => {
  request.resume().once('end', () => response.end());
});
await once(receiver.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;

const dataDir = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
const port = await loopbackPort();
const address = `http://127.0.0.1:${port}`;
const [postgres, kafka] =
  process.argv[3] === 'servers' ? await Promise.all([startPostgres(), startKafka({ isMeasured: true })]) : [];
const product = spawn(process.execPath, [join(ROOT, 'dist/src/main.js')], {
  env: {
    ...process.env,
    ...{ DATA_DIR: dataDir, HTTP_PORT: String(port), BOOTSTRAP_ADMIN_TOKEN: ADMIN_TOKEN },
    SECRET_KEYS: randomBytes(32).toString('base64'),
    ...(postgres && { DATABASE_URL: postgres.url }),
    ...(kafka && { KAFKA_BROKERS: kafka.brokers }),
    ...{ DESTINATION_ALLOWED_CIDRS: '127.0.0.0/8', LOG_LEVEL: 'error' },
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});
const isReady = () =>
  fetch(`${address}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
while (!(await isReady())) await sleep(100);

const neighbour = await NeighbourTenant.start(new AdminApi(address, ADMIN_TOKEN), [
  { type: 'webhook', name: 'webhook', settings: { url } },
]);

/** The 99th percentile, in ms, of the calls that end during some work. */
async function p99During(work: Promise<unknown>): Promise<number> {
  const before = neighbour.calls().length;
  await work;
  return p99Of(neighbour.calls().slice(before));
}

// The first siege also loads the clients of all types and compiles their code, which happens once in the life of a process.
await p99During(besiegeFromOutside(ROUNDS));
const ratios: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const quiet = await p99During(sleep(QUIET_MS));
  const hostile = await p99During(besiegeFromOutside(round));
  ratios.push(hostile / quiet);
  say(
    `p99 ${quiet.toFixed(1)} ms quiet, ${hostile.toFixed(1)} ms hostile, ratio ${(hostile / quiet).toFixed(2)}`,
  );
}
const refused = neighbour.calls().filter(({ status }) => status !== 200).length;
say(`median ratio ${median(ratios).toFixed(2)} (target ≤ 2), calls not answered 200: ${refused}`);
await neighbour.stop();
product.kill('SIGTERM');
await once(product, 'exit');
receiver.close();
await Promise.all([postgres?.stop(), kafka?.stop()]);
await rm(dataDir, { recursive: true });
process.exit(0);

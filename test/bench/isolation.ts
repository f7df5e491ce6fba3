import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import 'reflect-metadata';
import { DeliveryRig } from '../support/delivery-rig.js';
import { temporaryLog } from '../support/local-log.js';
import { startPostgres } from '../support/servers/postgres.js';

/**
 * How far ten destinations that hang for 30 s and then fail slow down an eleventh: throughput, CPU per event and latency from the
 * log to the receiver, compared with interleaved runs without them, on the local log. On a busy machine, CPU per event is a better
 * measure than the rates.
 * Run:
 * node test/support/run-typescript.mjs test/bench/isolation.ts
 */
const ROUNDS = 3;
const EVENTS = 8_000;
const BATCH = 200;
const PER_SECOND = 400;
const EVERY_MS = 25;
const HANG_MS = 30_000;
/** Longer than HANG_MS, so that the ten fail within it and their circuits open. */
const STEADY_MS = 40_000;
/** Longer than HANG_MS, so that the receiver ends the calls and not the time limit. */
const TIMEOUT_SECONDS = 60;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Arrival time of each event at the healthy receiver, by event name. */
const arrived = new Map<string, number>();
/** Number of calls that hung, that hang now, and that ended with an error. */
const hung = { all: 0, now: 0, failed: 0 };

async function listen(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/healthy') {
        const { event } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { event: string };
        arrived.set(event, performance.now());
        response.end();
        return;
      }
      hung.all += 1;
      hung.now += 1;
      const fail = setTimeout(() => response.writeHead(500).end(() => (hung.failed += 1)), HANG_MS).unref();
      response.once('close', () => {
        clearTimeout(fail);
        hung.now -= 1;
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let numbered = 0;
async function publish(rig: DeliveryRig, count: number): Promise<string[]> {
  const events = await rig.publish(count, () => ({ event: `event-${(numbered += 1)}` }));
  return events.map(({ event }) => event ?? '');
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await sleep(2);
}

/** Events per second with a backlog, and µs of CPU per event including the bench and the receiver. */
async function throughput(rig: DeliveryRig): Promise<{ rate: number; cpu: number }> {
  arrived.clear();
  const started = performance.now();
  const before = process.cpuUsage();
  for (let sent = 0; sent < EVENTS; sent += BATCH) await publish(rig, BATCH);
  await until(() => arrived.size >= EVENTS);
  const { user, system } = process.cpuUsage(before);
  return { rate: EVENTS / ((performance.now() - started) / 1_000), cpu: (user + system) / EVENTS };
}

/** 99th percentile of the time from append to receiver at a steady rate, in ms. */
async function latency(rig: DeliveryRig): Promise<number> {
  arrived.clear();
  const sent = new Map<string, number>();
  const end = performance.now() + STEADY_MS;
  while (performance.now() < end) {
    const at = performance.now();
    for (const name of await publish(rig, (PER_SECOND * EVERY_MS) / 1_000)) sent.set(name, at);
    await sleep(Math.max(at + EVERY_MS - performance.now(), 0));
  }
  await until(() => arrived.size >= sent.size);
  const times = [...sent].map(([name, at]) => arrived.get(name)! - at).sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)]!;
}

type Figures = Readonly<Record<'rate' | 'cpu' | 'p99', number>>;

async function measure(name: string, rig: DeliveryRig): Promise<Figures> {
  const figures = { ...(await throughput(rig)), p99: await latency(rig) };
  const { rate, cpu, p99 } = figures;
  say(
    `${name}: ${rate.toFixed(0)} events/s, ${cpu.toFixed(0)} µs of CPU per event, p99 ${p99.toFixed(1)} ms`,
  );
  return figures;
}

/**
 * Pauses or resumes the ten hanging destinations. The version change resets their circuits. A call that hangs at a pause may
 * finish within the grace.
 */
async function setPaused(rig: DeliveryRig, paused: boolean): Promise<void> {
  const value = paused ? 'now()' : 'NULL';
  await rig.sql(
    `UPDATE destinations SET paused_at = ${value}, version = version + 1 WHERE settings->>'url' LIKE '%hanging%'`,
  );
  const before = hung.all;
  await sleep(3_000);
  await until(() => (paused ? hung.now === 0 : hung.all > before));
}

function median(figures: readonly Figures[], name: keyof Figures): number {
  const values = figures.map((one) => one[name]).sort((a, b) => a - b);
  return values[Math.floor((values.length - 1) / 2)] ?? 0;
}

const postgres = await startPostgres();
const address = await listen();
const settings = { DATABASE_URL: postgres.url, RETRY_BASE_MS: '1000' };
const rig = await DeliveryRig.prepare(settings, await temporaryLog());
await rig.destination('webhook', { url: `${address}/healthy` });
for (let index = 0; index < 10; index += 1)
  await rig.destination('webhook', {
    url: `${address}/hanging-${index}`,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
await setPaused(rig, true);
await rig.start();
await throughput(rig);
const alone: Figures[] = [];
const among: Figures[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  await setPaused(rig, true);
  alone.push(await measure('alone', rig));
  await setPaused(rig, false);
  among.push(await measure('with ten that hang', rig));
}
const ratio = (name: keyof Figures) => (median(among, name) / median(alone, name)).toFixed(2);
say(
  `medians: throughput × ${ratio('rate')} (target ≥ 0.95), p99 × ${ratio('p99')} (target ≤ 1.2), CPU × ${ratio('cpu')}`,
);
say(`calls that hung: ${hung.all}, ${hung.failed} of them ended with an error`);
await rig.dispose();
await postgres.stop();
process.exit(0);

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import { load, WRITE_KEY } from './load.js';
import { nodeBinary } from './node-versions.js';
import { type StoreKind, startStore } from './stores.js';

/**
 * How long single calls take at a steady rate: at 1,000 a second, and at half of what the product can take. Then batches of 2,500
 * events, and the longest gap of the event loop over the whole run.
 * Run:
 * node test/support/run-typescript.mjs test/bench/ingestion/latency.ts [--store kafka] [--node 24] [--seconds 15]
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    store: { type: 'string', default: 'kafka' },
    node: { type: 'string', default: '24' },
    seconds: { type: 'string', default: '15' },
  },
});

const STEADY_RATE = 1_000;
const BATCH = 2_500;
const TICK_MS = 2;
const say = (line: string) => process.stdout.write(`${line}\n`);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const run = Date.now().toString(36);
let count = 0;

const eventOf = (id: number) => ({
  ...{ type: 'track', event: 'Order Completed', userId: `user-${id}`, messageId: `${run}-${id}` },
  properties: { orderId: 'order-48213', revenue: 129.9, currency: 'EUR' },
});

/** Resolves to the time of the call in ms; rejects when it was not answered 200. */
async function call(port: number, path: string, body: string): Promise<number> {
  const started = performance.now();
  const options = { host: '127.0.0.1', port, path, agent, method: 'POST', auth: `${WRITE_KEY}:` };
  const sent = request(options).end(body);
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream & { statusCode: number }];
  await once(response.resume(), 'end');
  if (response.statusCode !== 200) throw new Error(`the call was answered ${response.statusCode}`);
  return performance.now() - started;
}

/** Times of single calls, which start at a fixed rate whether or not earlier ones have ended. */
async function atRate(port: number, perSecond: number, seconds: number): Promise<number[]> {
  const calls: Promise<number>[] = [];
  const started = performance.now();
  while (performance.now() - started < seconds * 1_000) {
    const due = ((performance.now() - started) / 1_000) * perSecond;
    while (calls.length < due) calls.push(call(port, '/v1/track', JSON.stringify(eventOf((count += 1)))));
    await sleep(TICK_MS);
  }
  return Promise.all(calls);
}

function describe(name: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const [p50, p99] = [0.5, 0.99].map((share) => sorted[Math.floor(sorted.length * share)]?.toFixed(1) ?? '');
  say(`${name}: p50 ${p50} ms, p99 ${p99} ms of ${times.length} calls`);
}

const seconds = Number(values.seconds);
const folder = await mkdtemp(join(tmpdir(), 'tributary-latency-'));
const store = await startStore(values.store as StoreKind, folder);
process.env['BENCH_NODE_OPTIONS'] = `--import ${join(import.meta.dirname, 'loop-gap.mjs')}`;
const product = await store.product(await nodeBinary(values.node));
try {
  await load(product.port, 'single', { seconds: 5, folder });
  const { perSecond } = await load(product.port, 'single', { seconds: 5, folder });
  say(`${values.store}, Node ${values.node}: capacity ${Math.round(perSecond)} single calls/s`);
  describe(`${STEADY_RATE} calls/s`, await atRate(product.port, STEADY_RATE, seconds));
  describe('half of capacity', await atRate(product.port, perSecond / 2, seconds));
  const batches: number[] = [];
  for (let sent = 0; sent < 40; sent += 1) {
    const batch = Array.from({ length: BATCH }, () => eventOf((count += 1)));
    batches.push(await call(product.port, '/v1/batch', JSON.stringify({ batch })));
  }
  describe(`batches of ${BATCH}`, batches);
} finally {
  agent.destroy();
  await product.stop();
  await store.stop();
  await rm(folder, { recursive: true, force: true });
}

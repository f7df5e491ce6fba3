import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { DeliveryRig } from '../support/delivery-rig.js';
import { temporaryLog } from '../support/local-log.js';
import { startPostgres } from '../support/servers/postgres.js';

/**
 * Throughput and CPU per event of a webhook with `order: user`, in relation to `order: none`, for events of 1,000 distinct users:
 * pairs of rounds whose order alternates, one event per request and in batches. On a busy machine, CPU per event is the better
 * measure. Run:
 * node test/support/run-typescript.mjs test/bench/webhook-order.ts [pairs]
 */
const PAIRS = Number(process.argv[3] ?? 7);
const USERS = 1_000;
const WARM_UP = 5_000;
/** Published before the webhook reads them, so that the receiver is always busy. */
const BATCH = 500;
/** What a receiver takes for a request, in ms: without it only the event loop would be measured. */
const ANSWER_MS = 2;
const KINDS = [
  { name: 'one event per request', settings: { batch: false }, events: 20_000 },
  { name: 'batches of 100', settings: { batch: true, maxItems: 100 }, events: 60_000 },
];
const ORDERS = ['user', 'none'] as const;
type Order = (typeof ORDERS)[number];

const say = (line: string) => process.stdout.write(`${line}\n`);
Logger.overrideLogger(false);

let arrived = 0;
let inFlight = 0;
let mostInFlight = 0;

async function listen(): Promise<string> {
  const server = createServer((request, response) => {
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      arrived += [JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown].flat().length;
      setTimeout(() => {
        inFlight -= 1;
        response.end();
      }, ANSWER_MS);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isDone())) await sleep(5);
}

interface Figures {
  readonly rate: number;
  /** In µs, with the publishing and the receiver. */
  readonly cpu: number;
}

let published = 0;
const ofNextUser = () => ({ userId: `user-${(published += 1) % USERS}` });

/** Publishes events and waits until all have arrived. */
async function deliver(rig: DeliveryRig, events: number): Promise<void> {
  arrived = 0;
  for (let sent = 0; sent < events; sent += BATCH) await rig.publish(BATCH, ofNextUser);
  await until(() => arrived >= events);
}

async function measure(rig: DeliveryRig, events: number): Promise<Figures> {
  await deliver(rig, WARM_UP);
  mostInFlight = 0;
  const [started, before] = [performance.now(), process.cpuUsage()];
  await deliver(rig, events);
  const { user, system } = process.cpuUsage(before);
  return { rate: events / ((performance.now() - started) / 1_000), cpu: (user + system) / events };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const postgres = await startPostgres();
const url = await listen();
for (const { name, settings, events } of KINDS) {
  const rig = await DeliveryRig.prepare({ DATABASE_URL: postgres.url }, await temporaryLog());
  const id = await rig.destination('webhook', { url, ...settings });
  await rig.start();
  /** The destination has changed when its next event has arrived. */
  const measured = async (order: Order): Promise<Figures> => {
    await rig.sql(
      'UPDATE destinations SET settings = settings || $2::jsonb, version = version + 1 WHERE id = $1',
      [id, { order }],
    );
    await sleep(2_500);
    return measure(rig, events);
  };
  await measured('user');
  const ratios: Figures[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const figures = {} as Record<Order, Figures>;
    for (const order of pair % 2 === 0 ? ORDERS : ORDERS.toReversed()) {
      figures[order] = await measured(order);
      const { rate, cpu } = figures[order];
      say(
        `${name}, ${order}: ${rate.toFixed(0)} events/s, ${cpu.toFixed(0)} µs, at most ${mostInFlight} requests in flight`,
      );
    }
    const { user, none } = figures;
    ratios.push({ rate: user.rate / none.rate, cpu: user.cpu / none.cpu });
  }
  const [rate, cpu] = [median(ratios.map((one) => one.rate)), median(ratios.map((one) => one.cpu))];
  say(`${name}: medians user/none: throughput × ${rate.toFixed(2)} (target ≥ 0.90), CPU × ${cpu.toFixed(2)}`);
  await rig.dispose();
}
await postgres.stop();
process.exit(0);

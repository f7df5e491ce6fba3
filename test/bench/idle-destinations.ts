import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { loadConfig } from '../../src/config/load-config.js';
import { newId } from '../../src/database/new-id.js';
import { groupOf } from '../../src/destinations/delivery/model/prepared-destination.js';
import { type EventLog } from '../../src/event-log/event-log.js';
import { KafkaLog } from '../../src/event-log/kafka/kafka-log.js';
import { DeliveryRig } from '../support/delivery-rig.js';
import { temporaryLog } from '../support/local-log.js';
import { startKafka } from '../support/servers/kafka.js';
import { startPostgres } from '../support/servers/postgres.js';

/**
 * How far 1,000 idle destinations of one source slow down the destination of another source: throughput with a backlog, and
 * CPU per event, in rounds that alternate with rounds without them. On a busy machine, CPU per event is the better measure.
 * Run:
 * node test/support/run-typescript.mjs test/bench/idle-destinations.ts [kafka]
 */
const ROUNDS = 5;
const EVENTS = 60_000;
const WARM_UP = 20_000;
const BATCH = 500;
const IDLE = 1_000;
/** A destination is young for ten seconds: it then looks at each fetch several times. */
const YOUNG_MS = 11_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
Logger.overrideLogger(false);

let arrived = 0;

async function listen(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      arrived += (JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown[]).length;
      response.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isDone())) await sleep(5);
}

async function openLog(): Promise<EventLog> {
  if (process.argv[3] !== 'kafka') return temporaryLog();
  const { brokers } = await startKafka();
  const log = new KafkaLog(loadConfig({ KAFKA_BROKERS: brokers }), { maxInFlightBytes: 67_108_864 });
  await log.start();
  await until(() => log.health().ready);
  return log;
}

interface Figures {
  readonly rate: number;
  /** In µs, with the publishing and the receiver. */
  readonly cpu: number;
}

/** Publishes events and waits until all have arrived. */
async function deliver(rig: DeliveryRig, events: number): Promise<void> {
  arrived = 0;
  for (let sent = 0; sent < events; sent += BATCH) await rig.publish(BATCH);
  await until(() => arrived >= events);
}

/** After the same rest and the same warm-up in both kinds of round: after a rest alone, the first seconds are 8 % slower. */
async function measure(rig: DeliveryRig): Promise<Figures> {
  await sleep(YOUNG_MS);
  await deliver(rig, WARM_UP);
  const [started, before] = [performance.now(), process.cpuUsage()];
  await deliver(rig, EVENTS);
  const { user, system } = process.cpuUsage(before);
  return { rate: EVENTS / ((performance.now() - started) / 1_000), cpu: (user + system) / EVENTS };
}

/** Adds destinations that are connected to a source of which no event comes. Returns the id of one. */
async function addIdle(rig: DeliveryRig, url: string): Promise<string> {
  const [source] = await rig.sql<{ id: string; workspace_id: string }>('SELECT * FROM sources');
  const idle = newId('src');
  await rig.sql(
    `INSERT INTO sources SELECT (jsonb_populate_record(s, jsonb_build_object('id', $2::text, 'name', $2::text))).*
     FROM sources s WHERE id = $1`,
    [source?.id, idle],
  );
  const ids = Array.from({ length: IDLE }, () => newId('dst'));
  await rig.sql(
    `INSERT INTO destinations (id, workspace_id, type, name, settings)
     SELECT id, $2, 'webhook', id, $3 FROM unnest($1::text[]) AS id`,
    [ids, source?.workspace_id, { url }],
  );
  await rig.sql(
    `INSERT INTO connections (id, source_id, destination_id)
     SELECT replace(id, 'dst_', 'con_'), $2, id FROM unnest($1::text[]) AS id`,
    [ids, idle],
  );
  return ids.at(-1) ?? '';
}

/** Whether a destination has passed all records, which idle ones do some seconds later. */
async function isAtEnd(log: EventLog, destination: string): Promise<boolean> {
  const positions = await log.positions(groupOf(destination), ['tributary.events']);
  return positions.every(({ next, end }) => next === end);
}

const postgres = await startPostgres();
const log = await openLog();
const address = await listen();
const rig = await DeliveryRig.prepare({ DATABASE_URL: postgres.url }, log);
const settings = { url: `${address}/busy`, batch: true, maxItems: 100 };
await rig.destination('webhook', settings);
await rig.start();
await measure(rig);
const ratios: Figures[] = [];
for (let round = 1; round <= ROUNDS; round += 1) {
  const alone = await measure(rig);
  const idle = await addIdle(rig, `${address}/idle`);
  const among = await measure(rig);
  await rig.publish(1);
  await until(() => isAtEnd(log, idle));
  await rig.sql(`DELETE FROM destinations WHERE settings->>'url' = $1`, [`${address}/idle`]);
  await until(async () => !(await isAtEnd(log, idle)));
  ratios.push({ rate: among.rate / alone.rate, cpu: among.cpu / alone.cpu });
  const [one, many] = [alone, among].map(
    ({ rate, cpu }) => `${rate.toFixed(0)} events/s, ${cpu.toFixed(0)} µs`,
  );
  say(`alone: ${one}; among ${IDLE} idle: ${many}`);
}
const median = (name: keyof Figures): string =>
  [...ratios.map((one) => one[name])].sort((a, b) => a - b)[Math.floor(ratios.length / 2)]?.toFixed(2) ?? '';
say(`medians: throughput × ${median('rate')} (target ≥ 0.90), CPU × ${median('cpu')}`);
await rig.dispose();
await postgres.stop();
process.exit(0);

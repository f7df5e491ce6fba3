import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { Agent } from 'undici';
import { loadConfig } from '../../src/config/load-config.js';
import { Bulkhead } from '../../src/destinations/bulkhead/bulkhead.js';
import { type DestinationType } from '../../src/destinations/handlers/index.js';
import { createTablesSql, insertSql } from '../../src/destinations/handlers/postgres/tables.js';
import { type EventLog } from '../../src/event-log/event-log.js';
import { KafkaLog } from '../../src/event-log/kafka/kafka-log.js';
import { deliveryOutcomes } from '../../src/metrics/counters.js';
import { bulkheadOptions } from '../support/bulkhead/bulkhead-options.js';
import { buildDeliveryProcesses } from '../support/bulkhead/build.js';
import { noBulkhead } from '../support/bulkhead/no-bulkhead.js';
import { DeliveryRig } from '../support/delivery-rig.js';
import { anEvent } from '../support/events.js';
import { temporaryLog } from '../support/local-log.js';
import { startKafka } from '../support/servers/kafka.js';
import { startPostgres } from '../support/servers/postgres.js';
import { cpuMsOf } from './cpu-time.js';

/**
 * One worker process delivers a backlog to a local receiver: events per second, and CPU of the worker per event with that of
 * its delivery process. In turn with it, a bare client sends the same bodies with the same concurrency. The median ratio is of
 * pairs. On a busy machine, CPU per event is the better measure than the rates. Run:
 * node test/support/run-typescript.mjs test/bench/delivery.ts [local|kafka] [single,batch,postgres] [rounds] [events] [profile]
 * With a file name for `profile` it writes a CPU profile of the last round of the worker.
 */
const [driver = 'local', names = 'single,batch,postgres', rounds = '3', scale, profile] =
  process.argv.slice(3);
const EVENTS = { single: 20_000, batch: 60_000, postgres: 40_000 };
const PER_REQUEST = 100;
const PER_STATEMENT = 1_000;
const say = (line: string) => process.stdout.write(`${line}\n`);
Logger.overrideLogger(false);

type Cell = keyof typeof EVENTS;

/** One kind of sender. */
interface Side {
  /** Delivers that many events. Calls `started` when the first of them has been delivered, or is about to be. */
  send(events: number, started: () => void): Promise<void>;
  end(): Promise<unknown>;
  pids(): readonly number[];
}

interface Figures {
  readonly rate: number;
  /** In µs. */
  readonly cpu: number;
}

const user = (index: number) => `user-${index % 500}`;

/** An event of about 600 bytes. */
const bodyOf = (projectId: string, index: number): string =>
  JSON.stringify(
    anEvent({
      projectId,
      userId: user(index),
      receivedAt: new Date(Date.UTC(2026, 10, 21) + index).toISOString(),
      messageId: `${index}-${Math.random().toString(36).slice(2)}-${Date.now()}`,
      properties: {
        note: 'x'.repeat(80),
        total: 12.5,
        items: [1, 2].map((id) => ({ id, name: `n${id}` })),
      },
      context: { library: { name: 'analytics.js', version: '4.0.0' }, page: { url: 'https://example.com/' } },
    }),
  );

async function measure(side: Side, events: number): Promise<Figures> {
  let [started, before] = [0, 0];
  await side.send(events, () => {
    started = performance.now();
    before = cpuMsOf(side.pids());
  });
  const ms = performance.now() - started;
  return { rate: events / (ms / 1_000), cpu: ((cpuMsOf(side.pids()) - before) * 1_000) / events };
}

async function profiled(side: Side, events: number, file: string): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await side.send(events, () => void session.post('Profiler.start'));
  const { profile: found } = await session.post('Profiler.stop');
  session.disconnect();
  writeFileSync(file, JSON.stringify(found));
}

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isDone())) await sleep(4);
}

async function delivered(): Promise<number> {
  const { values } = await deliveryOutcomes.get();
  return values
    .filter(({ labels }) => labels.outcome === 'delivered')
    .reduce((sum, { value }) => sum + value, 0);
}

async function product(type: DestinationType, settings: object, log: EventLog): Promise<Side> {
  const bulkhead = type === 'postgres' ? new Bulkhead({ ...bulkheadOptions, processes: 1 }) : noBulkhead;
  const rig = await DeliveryRig.prepare({}, log, bulkhead);
  const id = await rig.destination(type, settings);
  const [source] = await rig.sql<{ id: string; workspace_id: string }>(
    'SELECT id, workspace_id FROM sources',
  );
  const headers = { workspace: source?.workspace_id ?? '', source: source?.id ?? '', type: 'track' };
  const pause = (value: string) =>
    rig.sql(`UPDATE destinations SET paused_at = ${value}, version = version + 1 WHERE id = $1`, [id]);
  const append = async (events: number): Promise<void> => {
    for (let from = 0; from < events; from += 500)
      await log.append(
        Array.from({ length: 500 }, (_, index) => ({
          topic: 'tributary.events',
          key: user(from + index),
          value: bodyOf(headers.source, from + index),
          headers,
        })),
      );
  };
  await pause('now()');
  await rig.start();
  return {
    pids: () => bulkhead.pids,
    end: () => rig.dispose(),
    send: async (events, started) => {
      await pause('now()');
      await sleep(3_000);
      await append(events);
      const before = await delivered();
      await pause('NULL');
      await until(async () => (await delivered()) > before);
      const already = (await delivered()) - before;
      started();
      await until(async () => (await delivered()) >= before + events);
      if (already > events / 20) say(`  (${already} events came before the clock)`);
    },
  };
}

/** Runs `one` for all indexes below a count, at most `width` at once. */
async function pooled(count: number, width: number, one: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** The same bodies, made before the clock starts, from a plain client. */
function bareHttp(origin: string, perRequest: number, width: number): Side {
  const agent = new Agent();
  const headers = { 'content-type': 'application/json', 'user-agent': 'bare' };
  return {
    pids: () => [],
    end: () => agent.close(),
    send: async (events, started) => {
      const bodies = Array.from({ length: events / perRequest }, (_, at) => {
        const texts = Array.from({ length: perRequest }, (__, index) =>
          bodyOf('src_1', at * perRequest + index),
        );
        return perRequest === 1 ? (texts[0] ?? '') : `[${texts.join(',')}]`;
      });
      started();
      await pooled(bodies.length, width, async (index) => {
        const { body } = await agent.request({
          origin,
          path: '/bare',
          method: 'POST',
          headers,
          body: bodies[index] ?? '',
        });
        await body.dump();
      });
    },
  };
}

async function barePostgres(url: string): Promise<Side> {
  const clients = await Promise.all(
    [0, 1].map(async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  const table = '"bare_events"';
  await clients[0]?.query(createTablesSql([table]));
  return {
    pids: () => [],
    end: () => Promise.all(clients.map((client) => client.end())),
    send: async (events, started) => {
      const texts = Array.from({ length: events }, (_, index) => bodyOf('src_1', index));
      started();
      const idle = [...clients];
      await pooled(events / PER_STATEMENT, idle.length, async (index) => {
        const client = idle.pop();
        const rows = texts.slice(index * PER_STATEMENT, (index + 1) * PER_STATEMENT);
        await client?.query(insertSql(table), [rows]);
        if (client) idle.push(client);
      });
    },
  };
}

const server = await startPostgres();
process.env['DATABASE_URL'] = server.url;
const broker = driver === 'kafka' ? await startKafka() : undefined;
const receiver = fork(join(import.meta.dirname, 'delivery/receiver.mjs'));
const [port] = (await once(receiver, 'message')) as [number];
const origin = `http://127.0.0.1:${port}`;
await buildDeliveryProcesses();

async function openLog(): Promise<EventLog> {
  if (broker === undefined) return temporaryLog();
  const log = new KafkaLog(loadConfig({ KAFKA_BROKERS: broker.brokers }), { maxInFlightBytes: 67_108_864 });
  await log.start();
  await until(() => log.health().ready);
  return log;
}

async function sidesOf(cell: Cell): Promise<{ product: Side; bare: Side }> {
  const log = await openLog();
  if (cell === 'postgres') {
    const { hostname, port: at, pathname, username } = new URL(server.url);
    const settings = {
      ...{ host: hostname, port: Number(at), database: pathname.slice(1), user: username },
      ...{ tls: 'disable', layout: 'one-table' },
    };
    return { product: await product('postgres', settings, log), bare: await barePostgres(server.url) };
  }
  const batch = cell === 'batch';
  const url = `${origin}/events`;
  return {
    product: await product('webhook', { url, batch, maxItems: PER_REQUEST }, log),
    bare: bareHttp(origin, batch ? PER_REQUEST : 1, batch ? 2 : 16),
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const shown = ({ rate, cpu }: Figures): string => `${rate.toFixed(0)} events/s, ${cpu.toFixed(1)} µs`;

for (const cell of names.split(',') as Cell[]) {
  const events = scale === undefined ? EVENTS[cell] : Number(scale);
  const sides = await sidesOf(cell);
  await measure(sides.product, events);
  await measure(sides.bare, events);
  const pairs: { product: Figures; bare: Figures }[] = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    const pair = { product: await measure(sides.product, events), bare: await measure(sides.bare, events) };
    pairs.push(pair);
    say(`${driver}/${cell}: product ${shown(pair.product)}; bare ${shown(pair.bare)}`);
  }
  if (profile !== undefined) await profiled(sides.product, events, `${profile}.${cell}.cpuprofile`);
  await sides.product.end();
  await sides.bare.end();
  const of = (side: 'product' | 'bare'): Figures => ({
    rate: median(pairs.map((pair) => pair[side].rate)),
    cpu: median(pairs.map((pair) => pair[side].cpu)),
  });
  const ratio = (figure: keyof Figures): string =>
    median(pairs.map((pair) => pair.product[figure] / pair.bare[figure])).toFixed(2);
  say(
    `${driver}/${cell} medians: product ${shown(of('product'))}; bare ${shown(of('bare'))}; ` +
      `rate × ${ratio('rate')}, CPU × ${ratio('cpu')}`,
  );
}
receiver.kill();
await server.stop();
await broker?.stop();
process.exit();

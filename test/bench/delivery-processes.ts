import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { Kafka, logLevel } from 'kafkajs';
import { type Handler } from '../../src/destinations/contract/handler.js';
import { kafka } from '../../src/destinations/handlers/kafka/kafka.handler.js';
import { postgres } from '../../src/destinations/handlers/postgres/postgres.handler.js';
import { deliveriesOf, Framework } from '../integration/handlers/framework.js';
import { buildDeliveryProcesses } from '../support/bulkhead/build.js';
import { anEvent } from '../support/events.js';
import { startKafka } from '../support/servers/kafka.js';
import { startPostgres } from '../support/servers/postgres.js';

/**
 * Throughput of Postgres and Kafka destinations in the main process and in a delivery process, in pairs whose order alternates.
 * Run:
 * node test/support/run-typescript.mjs test/bench/delivery-processes.ts
 */
const PAIRS = 5;
const EVENTS = 20_000;
const PER_ATTEMPT = 4_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
const properties = {
  note: 'x'.repeat(400),
  total: 12.5,
  items: [1, 2, 3].map((id) => ({ id, name: `n${id}` })),
};

interface Run {
  readonly perSecond: number;
  readonly mainCpuMs: number;
}

async function measure(framework: Framework): Promise<Run> {
  const batches = Array.from({ length: EVENTS / PER_ATTEMPT }, () =>
    deliveriesOf(
      Array.from({ length: PER_ATTEMPT }, () => anEvent({ type: 'track', event: 'E', properties })),
    ),
  );
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (const batch of batches) {
    const outcomes = await framework.attempt(batch);
    if (!outcomes.every(({ kind }) => kind === 'delivered')) throw new Error(JSON.stringify(outcomes[0]));
  }
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: EVENTS / seconds, mainCpuMs: (user + system) / 1_000 };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function compare(name: string, handler: unknown, settings: object): Promise<void> {
  const sides = {
    inside: new Framework(handler as Handler, settings, {}, undefined, undefined, 0),
    outside: new Framework(handler as Handler, settings, {}, undefined, undefined, 1),
  };
  for (const side of Object.values(sides)) {
    for (let tries = 0; tries < 20; tries += 1) {
      const [outcome] = await side.attempt(deliveriesOf([anEvent()]));
      if (outcome?.kind === 'delivered') break;
    }
    await measure(side);
  }
  const ratios: number[] = [];
  const cpu: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const order = pair % 2 === 0 ? (['inside', 'outside'] as const) : (['outside', 'inside'] as const);
    const runs = { inside: await measure(sides[order[0]]), outside: await measure(sides[order[1]]) };
    const [inside, outside] =
      order[0] === 'inside' ? [runs.inside, runs.outside] : [runs.outside, runs.inside];
    ratios.push(outside.perSecond / inside.perSecond);
    cpu.push(outside.mainCpuMs / inside.mainCpuMs);
    say(
      `${name}: inside ${inside.perSecond.toFixed(0)}/s, outside ${outside.perSecond.toFixed(0)}/s; ` +
        `CPU of the main process ${inside.mainCpuMs.toFixed(0)} and ${outside.mainCpuMs.toFixed(0)} ms`,
    );
  }
  say(`${name}: median rate outside/inside ${median(ratios).toFixed(2)}, CPU ${median(cpu).toFixed(2)}`);
  await Promise.all(Object.values(sides).map((side) => side.close()));
}

Logger.overrideLogger(false);
await buildDeliveryProcesses();
const server = await startPostgres();
const { hostname, port, pathname, username } = new URL(server.url);
await compare('postgres', postgres, {
  ...{ host: hostname, port: Number(port), database: pathname.slice(1), user: username },
  ...{ tls: 'disable', layout: 'one-table' },
});
await server.stop();
const broker = await startKafka();
const client = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING });
const admin = client.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic: 'bench', numPartitions: 3 }], waitForLeaders: true });
await admin.disconnect();
await compare('kafka', kafka, { brokers: [broker.brokers], topic: 'bench', tls: false });
await broker.stop();
process.exit();

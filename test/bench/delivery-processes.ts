import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { Kafka, logLevel } from 'kafkajs';
import { Bulkhead } from '../../src/destinations/bulkhead/bulkhead.js';
import { type Handler } from '../../src/destinations/contract/handler.js';
import { groupOf } from '../../src/destinations/delivery/model/prepared-destination.js';
import { kafka } from '../../src/destinations/handlers/kafka/kafka.handler.js';
import { postgres } from '../../src/destinations/handlers/postgres/postgres.handler.js';
import { deliveriesOf, Framework } from '../integration/handlers/framework.js';
import { bulkheadOptions } from '../support/bulkhead/bulkhead-options.js';
import { buildDeliveryProcesses } from '../support/bulkhead/build.js';
import { noBulkhead } from '../support/bulkhead/no-bulkhead.js';
import { DeliveryRig } from '../support/delivery-rig.js';
import { anEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { temporaryLog } from '../support/local-log.js';
import { startKafka } from '../support/servers/kafka.js';
import { startPostgres } from '../support/servers/postgres.js';
import { compare, type Side } from './paired-runs.js';

/**
 * Throughput of Postgres and Kafka destinations in the main process and in a delivery process: of the calls alone, and of the
 * whole delivery from the local log. Run:
 * node test/support/run-typescript.mjs test/bench/delivery-processes.ts [pairs] [events] [calls,whole] [postgres,kafka]
 */
const [pairs, events, parts, types] = process.argv.slice(3);
const size = { pairs: Number(pairs ?? 7), events: Number(events ?? 40_000) };
const PER_ATTEMPT = 4_000;
const FIRST_START_MS = 60_000;

const properties = {
  note: 'x'.repeat(400),
  total: 12.5,
  items: [1, 2, 3].map((id) => ({ id, name: `n${id}` })),
};
const track = { type: 'track', event: 'E', properties } as const;

function calls(handler: unknown, settings: object, bulkhead: Bulkhead): Side {
  const framework = new Framework(handler as Handler, settings, {}, undefined, undefined, bulkhead);
  const attempt = async (count: number): Promise<void> => {
    const deliveries = deliveriesOf(Array.from({ length: count }, () => anEvent(track)));
    const outcomes = await framework.attempt(deliveries);
    if (!outcomes.every(({ kind }) => kind === 'delivered')) throw new Error(JSON.stringify(outcomes[0]));
  };
  return {
    pids: () => bulkhead.pids,
    run: async () => {
      await eventually(() => attempt(1), FIRST_START_MS);
      for (let done = 0; done < size.events; done += PER_ATTEMPT) await attempt(PER_ATTEMPT);
    },
  };
}

async function whole({ type }: Pick<Handler, 'type'>, settings: object, bulkhead: Bulkhead): Promise<Side> {
  const log = await temporaryLog();
  const rig = await DeliveryRig.prepare({}, log, bulkhead);
  const id = await rig.destination(type as 'postgres', settings);
  await rig.start();
  return {
    pids: () => bulkhead.pids,
    run: async () => {
      for (let done = 0; done < size.events; done += 1_000) await rig.publish(1_000, track);
      await eventually(async () => {
        const positions = await log.positions(groupOf(id), ['tributary.events']);
        if (positions.some(({ next, end }) => next !== end)) throw new Error('not delivered yet');
      }, 300_000);
    },
  };
}

async function compareType(handler: Pick<Handler, 'type'>, settings: object): Promise<void> {
  const processes = () => new Bulkhead({ ...bulkheadOptions, processes: 1 });
  if (parts?.includes('calls') ?? true)
    await compare(`${handler.type}, calls`, size, {
      inside: calls(handler, settings, noBulkhead),
      outside: calls(handler, settings, processes()),
    });
  if (parts?.includes('whole') ?? true)
    await compare(`${handler.type}, whole delivery`, size, {
      inside: await whole(handler, settings, noBulkhead),
      outside: await whole(handler, settings, processes()),
    });
}

Logger.overrideLogger(false);
await buildDeliveryProcesses();
const server = await startPostgres();
process.env['DATABASE_URL'] = server.url;
if (types?.includes('postgres') ?? true) {
  const { hostname, port, pathname, username } = new URL(server.url);
  await compareType(postgres, {
    ...{ host: hostname, port: Number(port), database: pathname.slice(1), user: username },
    ...{ tls: 'disable', layout: 'one-table' },
  });
}
if (types?.includes('kafka') ?? true) {
  const broker = await startKafka();
  const admin = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'bench', numPartitions: 3 }], waitForLeaders: true });
  await admin.disconnect();
  await compareType(kafka, { brokers: [broker.brokers], topic: 'bench', tls: false });
  await broker.stop();
}
await server.stop();
process.exit();

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { LocalLog } from '../../../src/event-log/local/local-log.js';
import { startKafka } from '../../support/servers/kafka.js';
import { startPostgres } from '../../support/servers/postgres.js';
import { startRedis } from '../../support/servers/redis.js';
import { serveBare, type Served, serveProduct } from './served.js';

/** Where events become durable: real servers, or files of the process itself. */
export type StoreKind = 'kafka' | 'embedded';

/** What the product and the bare server write to, each to a place of its own. */
export interface Store {
  product(node: string): Promise<Served>;
  bare(node: string): Promise<Served>;
  /** Events that the product has written so far. With `embedded`, only after the product has stopped. */
  written(): Promise<number>;
  stop(): Promise<void>;
}

const PARTITIONS = 6;
const EVENTS_TOPIC = 'tributary.events';

export function startStore(kind: StoreKind, folder: string): Promise<Store> {
  return kind === 'kafka' ? servers(folder) : Promise.resolve(files(folder));
}

async function servers(folder: string): Promise<Store> {
  const [kafka, redis, postgres] = await Promise.all([
    startKafka({ isMeasured: true }),
    startRedis(),
    startPostgres(),
  ]);
  const client = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'bare', numPartitions: PARTITIONS }] });
  const settings = {
    KAFKA_BROKERS: kafka.brokers,
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    KAFKA_PARTITIONS: String(PARTITIONS),
    DATA_DIR: join(folder, 'with-servers'),
  };
  return {
    product: (node) => serveProduct(node, settings),
    bare: (node) => serveBare(node, 'kafka', [kafka.brokers, 'bare']),
    async written() {
      const exists = (await admin.listTopics()).includes(EVENTS_TOPIC);
      const offsets = exists ? await admin.fetchTopicOffsets(EVENTS_TOPIC) : [];
      return offsets.reduce((sum, { high }) => sum + Number(high), 0);
    },
    async stop() {
      await admin.disconnect();
      await Promise.all([kafka.stop(), redis.stop(), postgres.stop()]);
    },
  };
}

function files(folder: string): Store {
  const data = join(folder, 'embedded');
  const file = join(folder, 'bare.log');
  return {
    product: async (node) => {
      await mkdir(data, { recursive: true, mode: 0o700 });
      return serveProduct(node, { DATA_DIR: data });
    },
    bare: (node) => serveBare(node, 'file', [file]),
    written: async () => {
      const limits = { retentionMs: 3_600_000, maxBytes: 8 * 1_073_741_824, maxInFlightBytes: 67_108_864 };
      const log = new LocalLog({ directory: join(data, 'log'), ...limits });
      await log.start();
      const positions = await log.positions('bench', [EVENTS_TOPIC]);
      await log.close();
      return positions.reduce((sum, { end }) => sum + Number(end), 0);
    },
    stop: async () => {
      await rm(file, { force: true });
    },
  };
}

import { type AddressInfo } from 'node:net';
import { Module, type NestApplicationOptions } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { type KnownKey } from '../../src/auth/keys/known-key.js';
import { RateLimiter } from '../../src/auth/rate-limit/rate-limiter.js';
import { KeyUsage } from '../../src/auth/usage/key-usage.js';
import { WriteKeySnapshot } from '../../src/auth/snapshot/write-key-snapshot.js';
import { Config } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { LogOverloaded } from '../../src/event-log/append-errors.js';
import { type Durability, type LogRecord } from '../../src/event-log/appender.js';
import { EventLog } from '../../src/event-log/event-log.js';
import { type CanonicalEvent } from '../../src/events/event.js';
import { configureIngestion } from '../../src/ingestion/configure-ingestion.js';
import { IngestionModule } from '../../src/ingestion/ingestion.module.js';
import { configureExpress } from '../../src/server/express.js';
import { HttpAdapter } from '../../src/server/http-adapter.js';
import { FakeLimiter } from './fake-limiter.js';
import { FakeLog } from './fake-log.js';
import { knownKey } from './known-key.js';

export const KEY = 'test-write-key';
const KEYS: Readonly<Record<string, KnownKey>> = {
  [KEY]: knownKey(),
  YOUR_WRITE_KEY: knownKey({ id: 'wkey_2', source: { id: 'src_2' } }),
  'disabled-key': knownKey({ id: 'wkey_3', source: { enabled: false } }),
};

@Module({})
class NoDatabase {}

/** The collector's event log, which can also be full or faulty. */
export class CollectorLog extends FakeLog {
  failure: Error | undefined;

  override append(records: readonly LogRecord[]): Promise<Durability> {
    return this.failure ? Promise.reject(this.failure) : super.append(records);
  }

  overload(): void {
    this.failure = new LogOverloaded('full');
  }

  /** Empties the log and ends its failures. */
  reset(): void {
    this.failure = undefined;
    this.away = false;
    this.records.length = 0;
  }
}

/** The parts of a collector that a test provides. */
export interface CollectorParts {
  readonly environment?: Record<string, string>;
  readonly log: EventLog;
  /** Replaces the snapshot of the write keys. */
  readonly find: WriteKeySnapshot['find'];
}

/** Usage counts as `{ 'key outcome': times }`, kept in memory. */
class CountedUsage implements Pick<KeyUsage, 'count'> {
  readonly counts: Record<string, number> = {};

  count(writeKeyId: string, outcome: string, times = 1): void {
    if (times > 0)
      this.counts[`${writeKeyId} ${outcome}`] = (this.counts[`${writeKeyId} ${outcome}`] ?? 0) + times;
  }
}

/** A collector from its socket to the given event log, with the given write keys. */
export async function startCollector({ environment = {}, log, find }: CollectorParts) {
  // Tests send equal message ids on purpose. A test of duplicates sets the hours, and a DATA_DIR of its own.
  const config = loadConfig({ DEDUPLICATION_HOURS: '0', ...environment });
  const limiter = new FakeLimiter();
  const usage = new CountedUsage();
  const testing = await Test.createTestingModule({ imports: [ConfigModule.with(config), IngestionModule] })
    .overrideModule(DatabaseModule)
    .useModule(NoDatabase)
    .overrideProvider(WriteKeySnapshot)
    .useValue({ find })
    .overrideProvider(RateLimiter)
    .useValue(limiter)
    .overrideProvider(KeyUsage)
    .useValue(usage)
    .overrideProvider(EventLog)
    .useValue(log)
    .compile();
  const options: NestApplicationOptions = { bodyParser: false, logger: false };
  const adapter = new HttpAdapter(config);
  const app = testing.createNestApplication<NestExpressApplication>(adapter, options);
  configureExpress(app, config);
  configureIngestion(app, adapter);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    ...{ app, port, address: `http://127.0.0.1:${port}` },
    ...{ limiter, counts: usage.counts },
    close: () => app.close(),
  };
}

/** A collector with an event log in memory, and write keys from a list to which a test may add. */
export async function startIngestion(
  environment: Record<string, string> = {},
  more: Readonly<Record<string, KnownKey>> = {},
) {
  const log = new CollectorLog();
  const keys: Readonly<Record<string, KnownKey>> = { ...KEYS, ...more };
  const collector = await startCollector({ environment, log, find: (key) => keys[key] });
  const { EVENTS_TOPIC, REJECTED_TOPIC } = collector.app.get(Config);
  const valuesOf = (topic: string) =>
    log.of(topic).map(({ value }) => JSON.parse(value.toString()) as unknown);
  return {
    ...collector,
    log,
    events: () => valuesOf(EVENTS_TOPIC) as CanonicalEvent[],
    rejected: () => valuesOf(REJECTED_TOPIC) as { code: string; original: string; index: number }[],
  };
}

export type Ingestion = Awaited<ReturnType<typeof startIngestion>>;

/** Headers of a call with the key in the place where SDKs of servers put it. */
export const withKey = (key = KEY) => ({
  Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
});

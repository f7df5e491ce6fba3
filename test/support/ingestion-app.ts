import { type AddressInfo } from 'node:net';
import { Module, type NestApplicationOptions } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { WriteKeySnapshot } from '../../src/auth/write-key-snapshot.js';
import { Config } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { EventLog, LogOverloaded, type LogRecord } from '../../src/event-log/event-log.js';
import { type CanonicalEvent } from '../../src/events/event.js';
import { configureIngestion } from '../../src/ingestion/configure-ingestion.js';
import { IngestionModule } from '../../src/ingestion/ingestion.module.js';
import { HttpAdapter } from '../../src/server/http-adapter.js';
import { FakeLog } from './fake-log.js';

export const KEY = 'test-write-key';
const SOURCES: Readonly<Record<string, { id: string; workspaceId: string } | 'disabled'>> = {
  [KEY]: { id: 'src_1', workspaceId: 'ws_1' },
  YOUR_WRITE_KEY: { id: 'src_2', workspaceId: 'ws_1' },
  'disabled-key': 'disabled',
};

@Module({})
class NoDatabase {}

/** The collector's log, which can also be full or faulty. */
export class CollectorLog extends FakeLog {
  failure: Error | undefined;

  override append(records: readonly LogRecord[]): Promise<void> {
    return this.failure ? Promise.reject(this.failure) : super.append(records);
  }

  overload(): void {
    this.failure = new LogOverloaded('full');
  }

  /** Forgets everything and works again. */
  reset(): void {
    this.failure = undefined;
    this.away = false;
    this.records.length = 0;
  }
}

/** What a collector is put together from where it is not the product's own. */
export interface CollectorParts {
  readonly environment?: Record<string, string>;
  readonly log: EventLog;
  /** Stands in for the snapshot of the write keys. */
  readonly resolve: WriteKeySnapshot['resolve'];
}

/** The whole way in, from a socket to the log that is given; write keys from whatever resolves them. */
export async function startCollector({ environment = {}, log, resolve }: CollectorParts) {
  // Tests send equal message ids on purpose: whoever wants them told apart says so, with a DATA_DIR of its own.
  const config = loadConfig({ DEDUPLICATION_HOURS: '0', ...environment });
  const testing = await Test.createTestingModule({ imports: [ConfigModule.with(config), IngestionModule] })
    .overrideModule(DatabaseModule)
    .useModule(NoDatabase)
    .overrideProvider(WriteKeySnapshot)
    .useValue({ resolve })
    .overrideProvider(EventLog)
    .useValue(log)
    .compile();
  const options: NestApplicationOptions = { bodyParser: false, logger: false };
  const app = testing.createNestApplication<NestExpressApplication>(new HttpAdapter(config), options);
  configureIngestion(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, port, address: `http://127.0.0.1:${port}`, close: () => app.close() };
}

/** A collector on a log in memory; write keys from a list. */
export async function startIngestion(environment: Record<string, string> = {}) {
  const log = new CollectorLog();
  const collector = await startCollector({ environment, log, resolve: (key) => SOURCES[key] });
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

/** Headers of a call that brings the key as SDKs of servers do. */
export const withKey = (key = KEY) => ({
  Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
});

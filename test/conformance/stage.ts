import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type KnownKey } from '../../src/auth/keys/known-key.js';
import { loadConfig } from '../../src/config/load-config.js';
import { type EventLog } from '../../src/event-log/event-log.js';
import { type StoredRecord } from '../../src/event-log/reader.js';
import { eventually } from '../support/eventually.js';
import { CollectorLog, startCollector } from '../support/ingestion-app.js';
import { knownKey } from '../support/known-key.js';
import { type Driver, type Ground } from './drivers.js';
import { Client, type Received } from './exchange.js';
import { type Case, type LogState, type Send } from './row.js';
import { DISABLED_KEY, KEY, OTHER_KEY } from './sends.js';

type Collector = Awaited<ReturnType<typeof startCollector>>;

/** Keys of the vectors are in their bytes and cannot be replaced. */
const SOURCE_OF: Readonly<Record<string, 'main' | 'other'>> = {
  [KEY]: 'main',
  YOUR_WRITE_KEY: 'main',
  WK: 'main',
  K: 'main',
  [OTHER_KEY]: 'other',
};

/**
 * The product in this process on one driver: a collector for each setup that the rows ask for, in a folder of its own, all of
 * them on the same log where it is well. Ids of sources are of this run only, so that no run knows the messages of another.
 */
export class Stage {
  private readonly client = new Client();
  private readonly collectors = new Map<string, Promise<Collector>>();
  private readonly run = randomUUID();

  private constructor(private readonly ground: Ground) {}

  static async on(driver: Driver): Promise<Stage> {
    const stage = new Stage(await driver.prepare());
    const { log } = stage.ground;
    await log.start();
    await eventually(() => {
      if (!log.health().ready) throw new Error(log.health().detail);
    }, 30_000);
    return stage;
  }

  /** `main` or `other` instead of the id that a source has in this run. */
  nameOf(sourceId: string): string {
    return sourceId.replace(`-${this.run}`, '');
  }

  async send(send: Send, setup: Pick<Case, 'settings' | 'log'> = {}): Promise<Received> {
    const { port } = await this.collector(setup);
    return this.client.exchange(send, port);
  }

  /** Every record of a topic up to the one that `isLast` knows, in order. */
  async read(
    setting: 'EVENTS_TOPIC' | 'REJECTED_TOPIC',
    isLast: (record: StoredRecord) => boolean,
  ): Promise<StoredRecord[]> {
    const records: StoredRecord[] = [];
    const subscription = await this.ground.log.consume({
      topics: [loadConfig(this.ground.environment)[setting]],
      group: `conformance-${randomUUID()}`,
      maxRecords: 1_000,
      onBatch: (batch) => Promise.resolve(void records.push(...batch.records)),
    });
    await eventually(() => {
      if (!records.some(isLast)) throw new Error(`the last record of ${setting} has not come`);
    }, 30_000);
    await subscription.stop();
    return records;
  }

  async close(): Promise<void> {
    await this.client.close();
    for (const collector of this.collectors.values()) await (await collector).close();
    await this.ground.close();
  }

  private collector({ settings = {}, log = 'well' }: Pick<Case, 'settings' | 'log'>): Promise<Collector> {
    const setup = JSON.stringify([settings, log]);
    const known = this.collectors.get(setup);
    if (known) return known;
    const directory = join(this.ground.environment['DATA_DIR'] ?? '', `collector-${this.collectors.size}`);
    const environment = { ...this.ground.environment, ...settings, DATA_DIR: directory };
    const started = startCollector({
      environment,
      log: this.logOf(log),
      find: (key) => this.find(key),
    });
    this.collectors.set(setup, started);
    return started;
  }

  private logOf(state: LogState): EventLog {
    if (state === 'well') return this.ground.log;
    if (state === 'away') return this.ground.away;
    const log = new CollectorLog();
    if (state === 'full') log.overload();
    else log.failure = new Error('broken');
    return log;
  }

  private find(key: string): KnownKey | undefined {
    if (key === DISABLED_KEY) return knownKey({ source: { enabled: false } });
    const name = SOURCE_OF[key];
    return name === undefined ? undefined : knownKey({ source: { id: `${name}-${this.run}` } });
  }
}

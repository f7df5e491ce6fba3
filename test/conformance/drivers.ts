import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';
import { type EventLog } from '../../src/event-log/event-log.js';
import { KafkaLog } from '../../src/event-log/kafka/kafka-log.js';
import { LocalLog } from '../../src/event-log/local/local-log.js';
import { loopbackPort } from '../support/servers/loopback-port.js';

/** A log of its own for one run of the suite, and another one of the kind that cannot store anything. */
export interface Ground {
  readonly log: EventLog;
  readonly away: EventLog;
  /** Settings of the product. The topics have one partition each: only then is a fence a fence. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface Driver {
  readonly name: string;
  prepare(): Promise<Ground>;
}

const MIB = 1_048_576;

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: the global setup provides it`);
  return value;
}

const local: Driver = {
  name: 'LocalLog',
  async prepare() {
    const directory = await mkdtemp(join(tmpdir(), 'tributary-conformance-'));
    const make = (name: string) =>
      new LocalLog({
        directory: join(directory, name),
        retentionMs: 3_600_000,
        maxBytes: 256 * MIB,
        maxInFlightBytes: 64 * MIB,
      });
    const [log, away] = [make('log'), make('away')];
    await away.close();
    const close = async () => {
      await log.close();
      await rm(directory, { recursive: true, force: true });
    };
    return { log, away, environment: { DATA_DIR: directory, DEDUPLICATION_HOURS: '24' }, close };
  },
};

const kafka: Driver = {
  name: 'KafkaLog',
  async prepare() {
    const name = `conformance-${randomUUID().slice(0, 8)}`;
    const directory = await mkdtemp(join(tmpdir(), 'tributary-conformance-'));
    const environment = {
      KAFKA_BROKERS: given('KAFKA_BROKERS'),
      KAFKA_PARTITIONS: '1',
      EVENTS_TOPIC: `${name}.events`,
      REJECTED_TOPIC: `${name}.rejected`,
      DEAD_LETTERS_TOPIC: `${name}.dead-letters`,
      DATA_DIR: directory,
      REDIS_URL: given('REDIS_URL'),
      DEDUPLICATION_HOURS: '24',
    };
    const make = (brokers: string) =>
      new KafkaLog(loadConfig({ ...environment, KAFKA_BROKERS: brokers }), { maxInFlightBytes: 64 * MIB });
    const log = make(environment.KAFKA_BROKERS);
    const away = make(`127.0.0.1:${await loopbackPort()}`);
    const close = async () => {
      await Promise.all([log.close(), away.close()]);
      await rm(directory, { recursive: true, force: true });
    };
    return { log, away, environment, close };
  },
};

export const drivers: readonly Driver[] = [local, kafka];

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { expect } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.js';
import { type Durability, type LogRecord } from '../../../src/event-log/appender.js';
import { type EventLog } from '../../../src/event-log/event-log.js';
import { type ConsumeOptions, type StoredRecord, type Subscription } from '../../../src/event-log/reader.js';
import { KafkaLog } from '../../../src/event-log/kafka/kafka-log.js';
import { LocalLog } from '../../../src/event-log/local/local-log.js';
import { eventually } from '../../support/eventually.js';

Logger.overrideLogger(false);

/** A place for one log with its own topics; the log can be opened several times in succession. */
export interface Rig {
  readonly topic: string;
  readonly otherTopic: string;
  /** Resolves when the log is ready. */
  open(limits?: { maxInFlightBytes: number }): Promise<EventLog>;
  /** Closes the logs and removes their files. */
  dispose(): Promise<void>;
}

export interface Driver {
  readonly name: string;
  rig(): Promise<Rig>;
}

const MIB = 1_048_576;

export const uniqueName = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`;

/** A time after all appends until now. */
export const soon = (): Date => new Date(Date.now() + 1);

/** Starts the log; resolves when it is ready. */
export async function ready<T extends EventLog>(log: T): Promise<T> {
  await log.start();
  await eventually(() => expect(log.health()).toEqual({ ready: true }));
  return log;
}

function rigOf(
  make: (limits: { maxInFlightBytes: number }) => EventLog,
  names: Pick<Rig, 'topic' | 'otherTopic'>,
  clean: () => Promise<void>,
): Rig {
  const opened: EventLog[] = [];
  return {
    ...names,
    async open(limits = { maxInFlightBytes: 64 * MIB }) {
      const log = make(limits);
      opened.push(log);
      return ready(log);
    },
    async dispose() {
      await Promise.all(opened.map((log) => log.close()));
      await clean();
    },
  };
}

const local: Driver = {
  name: 'LocalLog',
  async rig() {
    const directory = await mkdtemp(join(tmpdir(), 'tributary-log-'));
    const make = (limits: { maxInFlightBytes: number }) =>
      new LocalLog({ directory, retentionMs: 3_600_000, maxBytes: 256 * MIB, ...limits });
    return rigOf(make, { topic: 'events', otherTopic: 'rejected' }, () => rm(directory, { recursive: true }));
  },
};

export function kafkaSettings(brokers: string, more: Record<string, string> = {}): Record<string, string> {
  const name = uniqueName('log');
  return {
    KAFKA_BROKERS: brokers,
    KAFKA_PARTITIONS: '3',
    EVENTS_TOPIC: `${name}.events`,
    REJECTED_TOPIC: `${name}.rejected`,
    DEAD_LETTERS_TOPIC: `${name}.dead-letters`,
    ...more,
  };
}

const kafka: Driver = {
  name: 'KafkaLog',
  rig() {
    const config = loadConfig(kafkaSettings(process.env['KAFKA_BROKERS'] ?? ''));
    const make = (limits: { maxInFlightBytes: number }) => new KafkaLog(config, limits);
    const names = { topic: config.EVENTS_TOPIC, otherTopic: config.REJECTED_TOPIC };
    return Promise.resolve(rigOf(make, names, () => Promise.resolve()));
  },
};

/** Both drivers, with the durability that their appends reach. */
export const drivers: readonly (Driver & { readonly durability: Durability })[] = [
  { ...local, durability: 'disk' },
  { ...kafka, durability: 'kafka' },
];

export function record(topic: string, key: string, value: string | Buffer): LogRecord {
  return { topic, key, value, headers: { 'tributary-schema': '1.0', messageId: `id-${key}` } };
}

export interface Reader {
  readonly records: StoredRecord[];
  values(): string[];
  readonly subscription: Subscription;
}

/** Consumes as a group and keeps the records. */
export async function read(
  log: EventLog,
  group: string,
  topics: readonly string[],
  more: Partial<ConsumeOptions> = {},
): Promise<Reader> {
  const records: StoredRecord[] = [];
  const subscription = await log.consume({
    group,
    topics,
    maxRecords: 100,
    onBatch: (batch) => {
      records.push(...batch.records);
      return Promise.resolve();
    },
    ...more,
  });
  return { records, subscription, values: () => records.map(({ value }) => value.toString()) };
}

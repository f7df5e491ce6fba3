import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Config } from '../../../src/config/config.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { LogUnavailable, RecordsRefused } from '../../../src/event-log/append-errors.js';
import { KafkaLog } from '../../../src/event-log/kafka/kafka-log.js';
import { eventually } from '../../support/eventually.js';
import { type KafkaServer, startKafka } from '../../support/servers/kafka.js';
import { kafkaSettings, read, ready, record, soon, uniqueName } from './drivers.js';

const limits = { maxInFlightBytes: 67_108_864 };

describe('KafkaLog, when the broker fails', () => {
  let broker: KafkaServer;
  let config: Config;
  let log: KafkaLog;
  beforeAll(async () => void (broker = await startKafka()));
  afterAll(() => broker.stop());
  beforeEach(async () => {
    config = loadConfig(kafkaSettings(broker.brokers));
    log = await ready(new KafkaLog(config, limits));
  });
  afterEach(() => log.close());

  const append = (value: string) => log.append([record(config.EVENTS_TOPIC, 'k', value)]);

  /** The error of an append and how long it took, in ms. */
  async function refusal(value: string): Promise<{ error: unknown; ms: number }> {
    const start = performance.now();
    const error: unknown = await append(value).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return { error, ms: performance.now() - start };
  }

  /** Appends until one is accepted; the time from the call to then, in ms. */
  async function recovery(): Promise<number> {
    const start = performance.now();
    await eventually(() => append('back'));
    return performance.now() - start;
  }

  it('rejects within 3 s after the broker is killed, and recovers without help after its restart', async () => {
    const reader = await read(log, uniqueName('group'), [config.EVENTS_TOPIC]);
    await append('before');
    await eventually(() => expect(reader.values()).toContain('before'));
    await broker.kill();
    const first = await refusal('away');
    expect(first.error).toBeInstanceOf(LogUnavailable);
    expect(first.ms).toBeLessThan(3_000);
    await eventually(() => expect(log.health()).toMatchObject({ ready: false }));
    expect((await refusal('still away')).ms).toBeLessThan(3_000);
    await broker.restart();
    expect(await recovery()).toBeLessThan(1_500);
    await eventually(() => expect(log.health()).toEqual({ ready: true }));
    await append('after');
    await eventually(() => expect(reader.values()).toContain('after'), 20_000);
  });

  it('rejects within 3 s while the broker hangs, and recovers when it answers', async () => {
    broker.freeze();
    try {
      const { error, ms } = await refusal('hanging');
      expect(error).toBeInstanceOf(LogUnavailable);
      expect(ms).toBeLessThan(3_000);
      expect(log.health().ready).toBe(false);
    } finally {
      broker.thaw();
    }
    expect(await recovery()).toBeLessThan(1_500);
  });

  it('is not ready while the broker hangs, even if no record is sent, and ready afterwards', async () => {
    broker.freeze();
    try {
      await eventually(() => expect(log.health().ready).toBe(false));
    } finally {
      broker.thaw();
    }
    await eventually(() => expect(log.health()).toEqual({ ready: true }));
  });

  it('starts while the broker is unreachable, and is ready after the broker starts', async () => {
    await broker.kill();
    const early = new KafkaLog(loadConfig(kafkaSettings(broker.brokers)), limits);
    try {
      await early.start();
      await eventually(() => expect(early.health().detail).toMatch(/cannot be reached \(ECONNREFUSED\)/));
      await broker.restart();
      await eventually(() => expect(early.health()).toEqual({ ready: true }));
    } finally {
      await early.close();
    }
  });

  it('waits for in-flight appends before it closes', async () => {
    const appends = Promise.all(Array.from({ length: 50 }, (_, index) => append(String(index))));
    await log.close();
    await expect(appends).resolves.toHaveLength(50);
  });
});

describe('KafkaLog and its topics', () => {
  const brokers = () => process.env['KAFKA_BROKERS'] ?? '';

  it('names the missing topics when it may not create them, and is ready after they are created', async () => {
    const config = loadConfig(kafkaSettings(brokers(), { KAFKA_CREATE_TOPICS: 'false' }));
    const log = new KafkaLog(config, limits);
    const admin = new Kafka({ brokers: brokers().split(','), logLevel: logLevel.NOTHING }).admin();
    try {
      await log.start();
      await eventually(() => expect(log.health().detail).toContain(config.DEAD_LETTERS_TOPIC));
      await expect(log.append([record(config.EVENTS_TOPIC, 'k', 'v')])).rejects.toBeInstanceOf(
        RecordsRefused,
      );
      await admin.connect();
      const topics = [config.EVENTS_TOPIC, config.REJECTED_TOPIC, config.DEAD_LETTERS_TOPIC];
      await admin.createTopics({ topics: topics.map((topic) => ({ topic })) });
      await eventually(() => expect(log.health()).toEqual({ ready: true }));
      await log.append([record(config.EVENTS_TOPIC, 'k', 'v')]);
    } finally {
      await Promise.all([log.close(), admin.disconnect()]);
    }
  });

  it('rejects only the append that Kafka refuses', async () => {
    const config = loadConfig(kafkaSettings(brokers()));
    const log = await ready(new KafkaLog(config, limits));
    const append = (topic: string, value: string) => log.append([record(topic, 'k', value)]);
    const results = await Promise.allSettled([
      append(config.EVENTS_TOPIC, 'one'),
      append(config.EVENTS_TOPIC, 'two'),
      append(config.EVENTS_TOPIC, 'x'.repeat(2_000_000)),
      append('no-such-topic', 'three'),
      append(config.EVENTS_TOPIC, 'four'),
    ]);
    await log.close();
    const [one, two, large, unknown, four] = results.map(({ status }) => status);
    expect({ one, two, large, unknown, four }).toEqual({
      one: 'fulfilled',
      two: 'fulfilled',
      large: 'rejected',
      unknown: 'rejected',
      four: 'fulfilled',
    });
    const reasons = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(reasons).toEqual([expect.any(RecordsRefused), expect.any(RecordsRefused)]);
  });

  it('reads a partition that was added later from its beginning', async () => {
    const config = loadConfig(kafkaSettings(brokers(), { KAFKA_PARTITIONS: '1' }));
    const log = await ready(new KafkaLog(config, limits));
    const admin = new Kafka({ brokers: brokers().split(','), logLevel: logLevel.NOTHING }).admin();
    const group = uniqueName('group');
    try {
      await log.append([record(config.EVENTS_TOPIC, 'k', 'before')]);
      await log.fixPosition(group, [config.EVENTS_TOPIC], soon());
      await admin.connect();
      await admin.createPartitions({ topicPartitions: [{ topic: config.EVENTS_TOPIC, count: 4 }] });
      await eventually(async () => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [config.EVENTS_TOPIC] });
        expect(topics[0]?.partitions).toHaveLength(4);
      });
      const fresh = await ready(new KafkaLog(config, limits));
      const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
      await fresh.append(keys.map((key) => record(config.EVENTS_TOPIC, key, key)));
      await fresh.fixPosition(group, [config.EVENTS_TOPIC], soon());
      const reader = await read(fresh, group, [config.EVENTS_TOPIC]);
      await eventually(() => expect(reader.values().sort()).toEqual(keys.sort()));
      expect(new Set(reader.records.map(({ partition }) => partition)).size).toBeGreaterThan(1);
      await fresh.close();
    } finally {
      await Promise.all([log.close(), admin.disconnect()]);
    }
  });
});

import { type Admin, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Config } from '../../../src/config/config.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { type LogRecord } from '../../../src/event-log/appender.js';
import { createClients } from '../../../src/event-log/kafka/client/kafka-clients.js';
import { KafkaLog } from '../../../src/event-log/kafka/kafka-log.js';
import { KafkaSender } from '../../../src/event-log/kafka/produce/kafka-sender.js';
import { eventually } from '../../support/eventually.js';
import { type KafkaServer, startKafka } from '../../support/servers/kafka.js';
import { topicRecords } from '../../support/topic-records.js';
import { kafkaSettings, ready, record } from './drivers.js';

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const limits = { maxInFlightBytes: 67_108_864 };

let broker: KafkaServer;
let kafka: Kafka;
let admin: Admin;
let config: Config;
beforeAll(async () => {
  broker = await startKafka();
  kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  await admin.connect();
}, 90_000);
afterAll(async () => {
  await admin.disconnect();
  await broker.stop();
});
beforeEach(() => void (config = loadConfig(kafkaSettings(broker.brokers))));

/** Writes numbered records of each key until stopped, several at once, and keeps those that were acknowledged. */
function traffic(write: (records: readonly LogRecord[]) => Promise<unknown>, atOnce: number) {
  const acknowledged: { key: string; number: number }[] = [];
  let next = 0;
  let stopped = false;
  const stream = async (): Promise<void> => {
    while (!stopped) {
      const number = (next += 1);
      const records = KEYS.map((key) => record(config.EVENTS_TOPIC, key, String(number)));
      const written = await write(records).then(
        () => true,
        () => false,
      );
      if (written) acknowledged.push(...KEYS.map((key) => ({ key, number })));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const streams = Array.from({ length: atOnce }, stream);
  return {
    acknowledged,
    async stop() {
      stopped = true;
      await Promise.all(streams);
    },
  };
}

/** Hangs, dies while it hangs, and dies; each time writes succeed again before the next fault. */
async function faults(acknowledged: readonly unknown[]): Promise<void> {
  const writes = async () => {
    const before = acknowledged.length;
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(before + 100), 20_000);
  };
  /** Longer than the time limit of a request. */
  const hang = async () => {
    broker.freeze();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  };
  await writes();
  await hang();
  broker.thaw();
  await writes();
  await hang();
  await broker.kill();
  await broker.restart();
  await writes();
  await broker.kill();
  await broker.restart();
  await writes();
}

/** The first time that each number of a key stands in the topic, in order. */
async function numbersOf(topic: string): Promise<Map<string, number[]>> {
  const found = new Map(KEYS.map((key) => [key, new Set<number>()]));
  for (const { key, value } of await topicRecords(kafka, topic))
    found.get(key?.toString() ?? '')?.add(Number(value?.toString()));
  return new Map([...found].map(([key, numbers]) => [key, [...numbers]]));
}

describe('the producer of Kafka', () => {
  it('keeps all that was acknowledged, in order, when the broker hangs and dies', async () => {
    const log = await ready(new KafkaLog(config, limits));
    const { acknowledged, stop } = traffic((records) => log.append(records), 8);
    await faults(acknowledged);
    await stop();
    await log.close();
    const found = await numbersOf(config.EVENTS_TOPIC);
    for (const key of KEYS) {
      const own = acknowledged.filter((entry) => entry.key === key).map(({ number }) => number);
      const numbers = found.get(key) ?? [];
      const kept = new Set(own);
      const order = numbers.filter((number) => kept.has(number));
      expect(own.filter((number) => !numbers.includes(number))).toEqual([]);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  }, 120_000);

  it('keeps all that was acknowledged with two sends in flight', async () => {
    const sender = new KafkaSender(createClients(config).prompt);
    await admin.createTopics({ topics: [{ topic: config.EVENTS_TOPIC, numPartitions: 3 }] });
    const { acknowledged, stop } = traffic((records) => sender.send(records), 2);
    await faults(acknowledged);
    await stop();
    await sender.close();
    const found = await numbersOf(config.EVENTS_TOPIC);
    expect(acknowledged.filter(({ key, number }) => !found.get(key)?.includes(number))).toEqual([]);
  }, 120_000);

  describe('when the partitions of a topic change', () => {
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`);
    const records = () => keys.map((key) => record(config.EVENTS_TOPIC, key, key));
    let sender: KafkaSender;
    beforeEach(() => void (sender = new KafkaSender(createClients(config).prompt)));

    const create = (numPartitions: number) =>
      admin.createTopics({ topics: [{ topic: config.EVENTS_TOPIC, numPartitions }] });
    const stored = async () =>
      (await topicRecords(kafka, config.EVENTS_TOPIC)).map(({ key }) => key?.toString()).sort();
    const filled = async () => {
      const offsets = await admin.fetchTopicOffsets(config.EVENTS_TOPIC);
      return offsets.filter(({ high }) => Number(high) > 0).length;
    };

    it('writes to added ones that its metadata do not have yet, without a failed send', async () => {
      await create(1);
      await sender.prepare([config.EVENTS_TOPIC]);
      await admin.createPartitions({ topicPartitions: [{ topic: config.EVENTS_TOPIC, count: 4 }] });
      await eventually(async () =>
        expect(await admin.fetchTopicOffsets(config.EVENTS_TOPIC)).toHaveLength(4),
      );
      await sender.prepare([config.EVENTS_TOPIC]);
      await sender.send(records());
      expect(await filled()).toBe(4);
      expect(await stored()).toEqual([...keys].sort());
      await sender.close();
    });

    it('leaves out no record when the topic was made anew with fewer', async () => {
      await create(4);
      await sender.send([record(config.EVENTS_TOPIC, 'k', 'old')]);
      await admin.deleteTopics({ topics: [config.EVENTS_TOPIC] });
      await eventually(() => create(1));
      await eventually(async () =>
        expect(await admin.fetchTopicOffsets(config.EVENTS_TOPIC)).toHaveLength(1),
      );
      sender.renew();
      await sender.send(records());
      expect(await stored()).toEqual([...keys].sort());
      await sender.close();
    });
  });
});

import { type Admin, Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.js';
import { type Config } from '../../../src/config/config.js';
import { KafkaLog } from '../../../src/event-log/kafka/kafka-log.js';
import { type ConsumeOptions } from '../../../src/event-log/reader.js';
import { eventually } from '../../support/eventually.js';
import { kafkaSettings, read, type Reader, ready, record, soon, uniqueName } from './drivers.js';

const LONG = 90_000;
const LIMITS = { maxInFlightBytes: 67_108_864 };
const KEYS = 12;

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

describe('processes that share the partitions of Kafka', () => {
  let config: Config;
  let kafka: Kafka;
  let admin: Admin;
  let logs: KafkaLog[];
  beforeEach(async () => {
    const brokers = process.env['KAFKA_BROKERS'] ?? '';
    config = loadConfig(kafkaSettings(brokers));
    kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
    admin = kafka.admin();
    logs = [];
    await admin.connect();
  });
  afterEach(async () => {
    await Promise.all(logs.map((log) => log.close()));
    await admin.disconnect();
  });

  async function open(): Promise<KafkaLog> {
    const log = await ready(new KafkaLog(config, LIMITS));
    logs.push(log);
    return log;
  }

  const consume = (log: KafkaLog, group: string, more: Partial<ConsumeOptions> = {}): Promise<Reader> =>
    read(log, group, [config.EVENTS_TOPIC], more);
  /** Records `key:number`, in the order of the numbers for each key. */
  const append = (log: KafkaLog, from: number, count: number) =>
    log.append(
      numbers(count, from).flatMap((number) =>
        numbers(KEYS).map((key) => record(config.EVENTS_TOPIC, `key-${key}`, `${key}:${number}`)),
      ),
    );
  const lagOf = async (group: string): Promise<number> => {
    const [found] = await admin.fetchOffsets({ groupId: group, topics: [config.EVENTS_TOPIC] });
    const ends = await admin.fetchTopicOffsets(config.EVENTS_TOPIC);
    return ends.reduce((sum, { partition, high }) => {
      const at = found?.partitions.find((one) => one.partition === partition)?.offset ?? '0';
      return sum + Number(high) - Math.max(Number(at), 0);
    }, 0);
  };
  const stateOf = async (group: string) => {
    const { groups } = await admin.describeGroups([group]);
    return { state: groups[0]?.state, members: groups[0]?.members.length };
  };
  const inOrder = (values: readonly string[]): boolean =>
    numbers(KEYS).every((key) => {
      const own = values
        .filter((value) => value.startsWith(`${key}:`))
        .map((value) => Number(value.split(':')[1]));
      return own.every((number, index) => index === 0 || number > (own[index - 1] ?? 0));
    });

  it(
    'hand over in-flight batches and groups that catch up when one joins and when one leaves: nothing lost or repeated',
    async () => {
      const groups = [uniqueName('fast'), uniqueName('slow'), uniqueName('paused')] as const;
      const values = new Map<string, string[]>(groups.map((group) => [group, []]));
      const join = async () => {
        const log = await open();
        const readers = [];
        for (const group of groups)
          readers.push(
            await consume(log, group, {
              maxRecords: group === groups[1] ? 5 : 50,
              onBatch: async ({ records }) => {
                if (group === groups[1]) await new Promise((resolve) => setTimeout(resolve, 10));
                values.get(group)?.push(...records.map(({ value }) => value.toString()));
              },
            }),
          );
        readers[2]?.subscription.pause();
        return { log, paused: readers[2]?.subscription };
      };
      const first = await join();
      await append(first.log, 0, 100);
      await eventually(() => expect(values.get(groups[1])?.length).toBeGreaterThan(20), 20_000);
      const second = await join();
      const delivery = `tributary.delivery.${config.EVENTS_TOPIC}`;
      await eventually(
        async () => expect(await stateOf(delivery)).toEqual({ state: 'Stable', members: 2 }),
        20_000,
      );
      await append(second.log, 100, 50);
      await eventually(() => expect(values.get(groups[0])).toHaveLength(150 * KEYS), 20_000);
      await first.log.close();
      await append(second.log, 150, 10);
      second.paused?.resume();
      for (const group of groups)
        await eventually(() => expect(values.get(group)?.length).toBeGreaterThanOrEqual(160 * KEYS), 30_000);
      for (const group of groups) {
        const all = values.get(group) ?? [];
        expect(new Set(all).size).toBe(160 * KEYS);
        expect(all).toHaveLength(160 * KEYS);
        expect(inOrder(all)).toBe(true);
      }
      for (const group of groups) await eventually(async () => expect(await lagOf(group)).toBe(0), 15_000);
    },
    LONG,
  );

  it('keep every position in its group, which has no member, and need no rebalance for a new one', async () => {
    const log = await open();
    const known = [uniqueName('a'), uniqueName('b')];
    const readers = await Promise.all(known.map((group) => consume(log, group)));
    await append(log, 0, 10);
    await eventually(() => {
      for (const { records } of readers) expect(records).toHaveLength(10 * KEYS);
    }, 20_000);
    const delivery = `tributary.delivery.${config.EVENTS_TOPIC}`;
    const { groups: before } = await admin.describeGroups([delivery]);
    const late = uniqueName('late');
    await log.fixPosition(late, [config.EVENTS_TOPIC], soon());
    const reader = await consume(log, late);
    await append(log, 10, 1);
    await eventually(() => expect(reader.records).toHaveLength(KEYS));
    const { groups: after } = await admin.describeGroups([delivery]);
    expect(after[0]?.members.map(({ memberId }) => memberId)).toEqual(
      before[0]?.members.map(({ memberId }) => memberId),
    );
    for (const group of [...known, late]) {
      await eventually(async () => expect(await lagOf(group)).toBe(0), 15_000);
      expect(await stateOf(group)).toEqual({ state: 'Empty', members: 0 });
    }
  });

  it(
    'wait with commits while an earlier version is a member of the group, and lose nothing meanwhile',
    async () => {
      const group = uniqueName('rolling');
      const log = await open();
      await log.fixPosition(group, [config.EVENTS_TOPIC], new Date(0));
      const earlier = kafka.consumer({ groupId: group, allowAutoTopicCreation: false });
      const joined = new Promise((resolve) => earlier.on(earlier.events.GROUP_JOIN, resolve));
      await earlier.connect();
      await earlier.subscribe({ topic: config.EVENTS_TOPIC, fromBeginning: true });
      await earlier.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
      await joined;
      const first = await consume(log, group);
      await append(log, 0, 10);
      await eventually(() => expect(first.records).toHaveLength(10 * KEYS), 20_000);
      await log.close();
      expect(await lagOf(group)).toBe(10 * KEYS);

      const next = await open();
      const second = await consume(next, group);
      await eventually(() => expect(second.records).toHaveLength(10 * KEYS), 20_000);
      expect(await lagOf(group)).toBe(10 * KEYS);
      await earlier.disconnect();
      await eventually(async () => expect(await lagOf(group)).toBe(0), 15_000);
    },
    LONG,
  );
});

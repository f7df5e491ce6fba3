import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.js';
import { KafkaLog } from '../../../src/event-log/kafka/kafka-log.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { startKafka } from '../../support/servers/kafka.js';
import { startPostgres } from '../../support/servers/postgres.js';
import { type Driver, drivers, kafkaSettings, ready } from '../event-log/drivers.js';
import { ReplayRig } from './replay-rig.js';

const PATIENCE = 60_000;

/** The log of a broker of the test's own. */
const kafkaAt = (brokers: string): Driver => ({
  name: 'KafkaLog',
  rig: () => {
    const config = loadConfig(kafkaSettings(brokers, { KAFKA_PARTITIONS: '1' }));
    const log = new KafkaLog(config, { maxInFlightBytes: 1e7 });
    return Promise.resolve({
      topic: config.EVENTS_TOPIC,
      otherTopic: config.REJECTED_TOPIC,
      open: () => ready(log),
      dispose: () => log.close(),
    });
  },
});

describe('a replay continues by itself', () => {
  let receiver: Receiver;
  let other: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    other = await startReceiver();
  });
  afterEach(async () => {
    await receiver.close();
    await other.close();
  });

  /** Every event arrived; those in flight at the outage arrived at most twice; the other destination received nothing. */
  async function isWhole(rig: ReplayRig, { replay, events, rate }: Awaited<ReturnType<typeof begun>>) {
    await eventually(async () => expect((await rig.read(replay)).state).toBe('completed'), PATIENCE);
    const counts = { counted: events.length, delivered: events.length, retrying: 0, missed: 0 };
    expect((await rig.read(replay)).progress).toMatchObject(counts);
    const got = receiver.events().map(({ messageId }) => messageId);
    expect(new Set(got)).toEqual(new Set(events.map(({ messageId }) => messageId)));
    expect(got.length).toBeLessThanOrEqual(events.length + rate);
    expect(other.requests).toEqual([]);
  }

  async function begun(rig: ReplayRig, count: number, rate: number, text = '') {
    const { events, from, to } = await rig.past(count, { properties: { text } });
    await rig.start();
    const id = await rig.destination({ url: receiver.url });
    await rig.destination({ url: other.url });
    const replay = await rig.replay(id, { from, to, rateLimit: rate });
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(rate + 5), PATIENCE);
    return { events, replay, rate };
  }

  it('after an outage of Postgres in the middle', async () => {
    const postgres = await startPostgres();
    const rig = await ReplayRig.prepare(drivers[0]!, { DATABASE_URL: postgres.url });
    try {
      const run = await begun(rig, 160, 40);
      await postgres.kill();
      // In-flight events are sent; no event follows whose outcome cannot be recorded.
      await eventually(() => expect(receiver.requests.length % run.rate).toBe(0), PATIENCE);
      expect(receiver.requests.length).toBeLessThan(160);
      await postgres.restart();
      await isWhole(rig, run);
    } finally {
      await rig.dispose();
      await postgres.stop();
    }
  });

  it('after an outage of Kafka in the middle, which it shows as its reason', async () => {
    const kafka = await startKafka();
    const rig = await ReplayRig.prepare(kafkaAt(kafka.brokers));
    try {
      // Two megabytes, more than one read.
      const run = await begun(rig, 600, 150, 'x'.repeat(3_000));
      await kafka.kill();
      await eventually(
        async () => expect((await rig.read(run.replay)).reason).toBe('log_unavailable'),
        PATIENCE,
      );
      expect((await rig.read(run.replay)).state).toBe('running');
      await kafka.restart();
      await isWhole(rig, run);
    } finally {
      await rig.dispose();
      await kafka.stop();
    }
  });
});

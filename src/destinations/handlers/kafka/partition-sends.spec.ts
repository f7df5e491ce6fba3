import { type Message, type PartitionMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { type FailureResult } from '../../contract/delivery-item.js';
import { PartitionSends } from './partition-sends.js';
import { TopicPartitions } from './topic-partitions.js';

const TOO_LARGE: FailureResult = { kind: 'reject', reason: 'kafka_message_too_large' };
const LOST: FailureResult = { kind: 'retry', reason: 'timeout' };
const PARTITIONS = 3;

/** A topic that records what it accepts; `judge` decides about each request. */
function aTopic(judge: (values: string[], requests: number) => FailureResult | undefined = () => undefined) {
  const partitions = new TopicPartitions();
  const partitionMetadata = Array.from({ length: PARTITIONS }, () => ({ leader: 1 }) as PartitionMetadata);
  const partitionOf = partitions.partitioner();
  const accepted: string[] = [];
  const requests: { partitions: Set<number>; values: string[] }[] = [];
  const sendOnce = (topic: string, messages: Message[]): Promise<FailureResult | undefined> => {
    const of = new Set(messages.map((message) => partitionOf({ topic, partitionMetadata, message })));
    const values = messages.map(({ value }) => String(value));
    requests.push({ partitions: of, values });
    const failure = judge(values, requests.length);
    if (failure === undefined) accepted.push(...values);
    return Promise.resolve(failure);
  };
  return {
    sends: (halvingMs?: number) => new PartitionSends(sendOnce, partitions, halvingMs),
    accepted,
    requests,
  };
}

const messages = (count: number): Message[] =>
  Array.from({ length: count }, (_, n) => ({ key: `user-${n % 20}`, value: String(n) }));
const valuesOf = (list: readonly Message[]) => list.map(({ value }) => String(value));
const sorted = (list: readonly string[]) => [...list].sort();

describe('PartitionSends', () => {
  it('sends the first record alone, then one request per partition, in order', async () => {
    const { sends, accepted, requests } = aTopic();
    const sender = sends();
    const given = messages(100);
    expect(await sender.send('t', given)).toEqual(given.map(() => ({ kind: 'ok' })));
    expect(sorted(accepted)).toEqual(sorted(valuesOf(given)));
    expect(requests[0]?.values).toEqual(['0']);
    expect(requests.map(({ partitions }) => partitions.size)).toEqual([1, 1, 1, 1]);
    for (const { values } of requests)
      expect(values).toEqual([...values].sort((a, b) => Number(a) - Number(b)));
    await sender.send('t', messages(100));
    expect(requests).toHaveLength(7);
  });

  it.each([0, 1, 57, 99])('finds the refused record %i, and writes no other record twice', async (bad) => {
    const { sends, accepted } = aTopic((values) => (values.includes(String(bad)) ? TOO_LARGE : undefined));
    const given = messages(100);
    const results = await sends().send('t', given);
    expect(results).toEqual(given.map((_, n) => (n === bad ? TOO_LARGE : { kind: 'ok' })));
    expect(sorted(accepted)).toEqual(sorted(valuesOf(given).filter((value) => value !== String(bad))));
  });

  it('reports a failed partition, and keeps what the others have acknowledged', async () => {
    const { sends, accepted } = aTopic((values) => (values.includes('7') ? LOST : undefined));
    const given = messages(100);
    const results = await sends().send('t', given);
    const failed = given.filter((_, n) => results[n]?.kind === 'retry').map(({ value }) => String(value));
    expect(failed).toContain('7');
    expect(failed.length).toBeLessThan(100);
    expect(sorted([...accepted, ...failed])).toEqual(sorted(valuesOf(given)));
  });

  it('sends no record after one that needs a retry', async () => {
    const order = Array.from({ length: 8 }, (_, n) => ({ key: 'one user', value: String(n) }));
    const judge = (values: string[], count: number) =>
      count === 2 ? TOO_LARGE : values.includes('2') ? LOST : undefined;
    const { sends, accepted } = aTopic(judge);
    const results = await sends().send('t', order);
    expect(accepted).toEqual(['0']);
    expect(results.map(({ kind }) => kind)).toEqual(['ok', ...Array.from({ length: 7 }, () => 'retry')]);
  });

  it('stops halving at its time limit, and has the rest retried', async () => {
    const { sends, requests } = aTopic((values) => (values.includes('0') ? undefined : TOO_LARGE));
    const given = messages(100);
    const results = await sends(-1).send('t', given);
    expect(requests).toHaveLength(4);
    expect(results).toEqual(
      given.map((_, n) => (n === 0 ? { kind: 'ok' } : { kind: 'retry', reason: 'not_sent' })),
    );
  });

  it('gives every record the result of a missing topic', async () => {
    const missing: FailureResult = { kind: 'retry', reason: 'unknown_topic' };
    const requests: number[] = [];
    const sends = new PartitionSends((_, list) => {
      requests.push(list.length);
      return Promise.resolve(missing);
    }, new TopicPartitions());
    expect(await sends.send('t', messages(5))).toEqual(messages(5).map(() => missing));
    expect(requests).toEqual([1]);
  });
});

import { type Message, type PartitionMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { type Failure } from './kafka-failure.js';
import { PartitionSends } from './partition-sends.js';
import { TopicPartitions } from './topic-partitions.js';

const TOO_LARGE: Failure = { kind: 'reject', reason: 'kafka_message_too_large' };
const LOST: Failure = { kind: 'retry', reason: 'timeout' };
const PARTITIONS = 3;

/** A topic that remembers what it has taken; `judge` says what becomes of a request. */
function aTopic(judge: (values: string[], requests: number) => Failure | undefined = () => undefined) {
  const partitions = new TopicPartitions();
  const partitionMetadata = Array.from({ length: PARTITIONS }, () => ({ leader: 1 }) as PartitionMetadata);
  const partitionOf = partitions.partitioner();
  const taken: string[] = [];
  const requests: { partitions: Set<number>; values: string[] }[] = [];
  const sendOnce = (topic: string, messages: Message[]): Promise<Failure | undefined> => {
    const of = new Set(messages.map((message) => partitionOf({ topic, partitionMetadata, message })));
    const values = messages.map(({ value }) => String(value));
    requests.push({ partitions: of, values });
    const failure = judge(values, requests.length);
    if (failure === undefined) taken.push(...values);
    return Promise.resolve(failure);
  };
  return {
    sends: (halvingMs?: number) => new PartitionSends(sendOnce, partitions, halvingMs),
    taken,
    requests,
  };
}

const messages = (count: number): Message[] =>
  Array.from({ length: count }, (_, n) => ({ key: `user-${n % 20}`, value: String(n) }));
const valuesOf = (list: readonly Message[]) => list.map(({ value }) => String(value));
const sorted = (list: readonly string[]) => [...list].sort();

describe('PartitionSends', () => {
  it('sends the records of each partition by themselves, in order, and the first one ahead', async () => {
    const { sends, taken, requests } = aTopic();
    const sender = sends();
    const given = messages(100);
    expect(await sender.send('t', given)).toEqual(given.map(() => ({ kind: 'ok' })));
    expect(sorted(taken)).toEqual(sorted(valuesOf(given)));
    expect(requests[0]?.values).toEqual(['0']);
    expect(requests.map(({ partitions }) => partitions.size)).toEqual([1, 1, 1, 1]);
    for (const { values } of requests)
      expect(values).toEqual([...values].sort((a, b) => Number(a) - Number(b)));
    await sender.send('t', messages(100));
    expect(requests).toHaveLength(7);
  });

  it.each([0, 1, 57, 99])(
    'finds the one that is refused, %i, and writes none of the others twice',
    async (bad) => {
      const { sends, taken } = aTopic((values) => (values.includes(String(bad)) ? TOO_LARGE : undefined));
      const given = messages(100);
      const results = await sends().send('t', given);
      expect(results).toEqual(given.map((_, n) => (n === bad ? TOO_LARGE : { kind: 'ok' })));
      expect(sorted(taken)).toEqual(sorted(valuesOf(given).filter((value) => value !== String(bad))));
    },
  );

  it('tells of a partition that fails, and keeps what the others have acknowledged', async () => {
    const { sends, taken } = aTopic((values) => (values.includes('7') ? LOST : undefined));
    const given = messages(100);
    const results = await sends().send('t', given);
    const failed = given.filter((_, n) => results[n]?.kind === 'retry').map(({ value }) => String(value));
    expect(failed).toContain('7');
    expect(failed.length).toBeLessThan(100);
    expect(sorted([...taken, ...failed])).toEqual(sorted(valuesOf(given)));
  });

  it('sends nothing behind what is to be sent again', async () => {
    const order = Array.from({ length: 8 }, (_, n) => ({ key: 'one user', value: String(n) }));
    const judge = (values: string[], count: number) =>
      count === 2 ? TOO_LARGE : values.includes('2') ? LOST : undefined;
    const { sends, taken } = aTopic(judge);
    const results = await sends().send('t', order);
    expect(taken).toEqual(['0']);
    expect(results.map(({ kind }) => kind)).toEqual(['ok', ...Array.from({ length: 7 }, () => 'retry')]);
  });

  it('halves no longer than it may: the rest is to be sent again', async () => {
    const { sends, requests } = aTopic((values) => (values.includes('0') ? undefined : TOO_LARGE));
    const given = messages(100);
    const results = await sends(-1).send('t', given);
    expect(requests).toHaveLength(4);
    expect(results).toEqual(
      given.map((_, n) => (n === 0 ? { kind: 'ok' } : { kind: 'retry', reason: 'not_sent' })),
    );
  });

  it('takes a topic that is not there for the matter of all of them', async () => {
    const missing: Failure = { kind: 'retry', reason: 'unknown_topic' };
    const requests: number[] = [];
    const sends = new PartitionSends((_, list) => {
      requests.push(list.length);
      return Promise.resolve(missing);
    }, new TopicPartitions());
    expect(await sends.send('t', messages(5))).toEqual(messages(5).map(() => missing));
    expect(requests).toEqual([1]);
  });
});

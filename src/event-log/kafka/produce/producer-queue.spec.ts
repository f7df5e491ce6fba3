import { KafkaJSProtocolError } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { LogOverloaded, LogUnavailable } from '../../append-errors.js';
import { type LogRecord } from '../../appender.js';
import { ProducerQueue, type QueueLimits, type Sender } from './producer-queue.js';

const LIMITS: QueueLimits = { deadlineMs: 300, maxInFlightBytes: 10_000_000, hungMs: 1_000 };

/** Answers each send when the test says so, or by itself. */
class FakeSender implements Sender {
  readonly sends: string[][] = [];
  renewals = 0;
  answer: (values: readonly string[]) => Promise<void> = () => Promise.resolve();

  send(records: readonly LogRecord[]): Promise<void> {
    const values = records.map(({ value }) => value.toString().slice(0, 10));
    this.sends.push(values);
    return this.answer(values);
  }

  renew(): void {
    this.renewals += 1;
  }
}

const record = (value: string): LogRecord => ({ topic: 't', key: 'k', value, headers: {} });
const large = (value: string) => record(value.padEnd(10) + 'x'.repeat(400_000));
const refusal = (type: string) =>
  new KafkaJSProtocolError({ name: 'Error', message: type, type, code: 0, retriable: false } as never);

function setUp(limits: Partial<QueueLimits> = {}) {
  const sender = new FakeSender();
  const outcomes: (LogUnavailable | undefined)[] = [];
  const queue = new ProducerQueue(sender, { ...LIMITS, ...limits }, (error) => outcomes.push(error));
  const append = (...values: string[]) => queue.append(values.map(record));
  return { sender, outcomes, queue, append };
}

describe('ProducerQueue', () => {
  it('sends the first append at once, and what came meanwhile together, in order', async () => {
    const { sender, append } = setUp();
    await Promise.all([append('a'), append('b', 'c'), append('d')]);
    expect(sender.sends).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('fills a send up to its size, and splits what is larger', async () => {
    const { sender, queue } = setUp();
    const done = [queue.append([large('a'), large('b'), large('c')]), queue.append([large('d')])];
    await Promise.all(done);
    expect(sender.sends.map((values) => values.map((value) => value.trim()))).toEqual([
      ['a', 'b'],
      ['c'],
      ['d'],
    ]);
  });

  it('sends a record larger than a send by itself', async () => {
    const { sender, queue } = setUp();
    await Promise.all([queue.append([record('x'.repeat(2_000_000))]), queue.append([record('small')])]);
    expect(sender.sends).toHaveLength(2);
  });

  it('tries again while the trouble is young, without changing the order', async () => {
    const { sender, outcomes, append } = setUp();
    let failures = 2;
    sender.answer = () => (failures-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve());
    await Promise.all([append('a'), append('b')]);
    expect(sender.sends).toEqual([['a'], ['a', 'b'], ['a', 'b']]);
    expect(outcomes.map((error) => error === undefined)).toEqual([false, false, true]);
  });

  it('answers within the deadline, and does not send what was given up', async () => {
    const { sender, append } = setUp();
    let release: () => void = () => undefined;
    sender.answer = () => new Promise((resolve) => (release = resolve));
    const first = append('a');
    const second = append('b');
    await expect(first).rejects.toBeInstanceOf(LogUnavailable);
    await expect(second).rejects.toBeInstanceOf(LogUnavailable);
    sender.answer = () => Promise.resolve();
    const third = append('c');
    release();
    await third;
    expect(sender.sends).toEqual([['a'], ['c']]);
  });

  it('fails at once when the trouble is old, and works again with the first send that does', async () => {
    const { sender, append } = setUp({ deadlineMs: 150 });
    sender.answer = () => Promise.reject(new Error('away'));
    await expect(append('a')).rejects.toBeInstanceOf(LogUnavailable);
    await expect
      .poll(() => append('b').then(undefined, (error: unknown) => String(error)))
      .toMatch(/cannot be used/);
    sender.answer = () => Promise.resolve();
    await expect(append('c')).resolves.toBeUndefined();
  });

  it('gives up a send that hangs and renews the sender', async () => {
    const { sender, append } = setUp({ hungMs: 50 });
    sender.answer = () => (sender.renewals === 0 ? new Promise(() => undefined) : Promise.resolve());
    await append('a');
    expect(sender.renewals).toBe(1);
  });

  it('fails only the append that is refused', async () => {
    const { sender, outcomes, append } = setUp();
    sender.answer = (values) =>
      values.includes('bad') ? Promise.reject(refusal('MESSAGE_TOO_LARGE')) : Promise.resolve();
    const results = await Promise.allSettled([append('a'), append('b'), append('c', 'bad'), append('d')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes.every((error) => error === undefined)).toBe(true);
  });

  it('refuses at once what would not fit into memory, except when it is alone', async () => {
    const { append } = setUp({ maxInFlightBytes: 100 });
    const [alone, second] = [append('x'.repeat(500)), append('y')];
    await expect(second).rejects.toBeInstanceOf(LogOverloaded);
    await alone;
    await expect(append('y')).resolves.toBeUndefined();
  });

  it('drains what is waiting', async () => {
    const { queue, append } = setUp();
    let done = 0;
    for (const value of ['a', 'b', 'c']) void append(value).then(() => (done += 1));
    await queue.drain();
    expect(done).toBe(3);
  });
});

import { describe, expect, it } from 'vitest';
import { LogOverloaded, LogUnavailable, RecordsRefused } from '../../append-errors.js';
import { type LogRecord } from '../../appender.js';
import { ProducerQueue, type QueueLimits, type Sender } from './producer-queue.js';

const LIMITS: QueueLimits = { deadlineMs: 300, maxInFlightBytes: 10_000_000, hungMs: 1_000 };

/** Acknowledges each send at once, unless the test gives another answer. */
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
const away = () => Promise.reject(new LogUnavailable('away'));

function setUp(limits: Partial<QueueLimits> = {}) {
  const sender = new FakeSender();
  const outcomes: (LogUnavailable | undefined)[] = [];
  const queue = new ProducerQueue(sender, { ...LIMITS, ...limits }, (error) => outcomes.push(error));
  const append = (...values: string[]) => queue.append(values.map(record));
  return { sender, outcomes, queue, append };
}

describe('ProducerQueue', () => {
  it('sends the first append at once, and those that arrive meanwhile together, in order', async () => {
    const { sender, append } = setUp();
    await Promise.all([append('a'), append('b', 'c'), append('d')]);
    expect(sender.sends).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('fills a send up to its limit of bytes, and splits a larger append', async () => {
    const { sender, queue } = setUp();
    const done = [queue.append([large('a'), large('b'), large('c')]), queue.append([large('d')])];
    await Promise.all(done);
    expect(sender.sends.map((values) => values.map((value) => value.trim()))).toEqual([
      ['a', 'b'],
      ['c'],
      ['d'],
    ]);
  });

  it('sends a record above the limit of bytes separately', async () => {
    const { sender, queue } = setUp();
    await Promise.all([queue.append([record('x'.repeat(2_000_000))]), queue.append([record('small')])]);
    expect(sender.sends).toHaveLength(2);
  });

  it('retries at the start of an outage, without changing the order', async () => {
    const { sender, outcomes, append } = setUp();
    let failures = 2;
    sender.answer = () => (failures-- > 0 ? away() : Promise.resolve());
    await Promise.all([append('a'), append('b')]);
    expect(sender.sends).toEqual([['a'], ['a', 'b'], ['a', 'b']]);
    expect(outcomes.map((error) => error === undefined)).toEqual([false, false, true]);
  });

  it('rejects at the deadline, and does not send a rejected append', async () => {
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

  it('rejects after one send in a long outage, and recovers with the first acknowledged send', async () => {
    const { sender, append } = setUp({ deadlineMs: 150 });
    sender.answer = away;
    await expect(append('a')).rejects.toBeInstanceOf(LogUnavailable);
    await expect
      .poll(() => append('b').then(undefined, (error: unknown) => error))
      .toMatchObject({ message: 'away' });
    sender.answer = () => Promise.resolve();
    await expect(append('c')).resolves.toBe('kafka');
  });

  it('abandons a send that hangs, and renews the sender', async () => {
    const { sender, append } = setUp({ hungMs: 50 });
    sender.answer = () => (sender.renewals === 0 ? new Promise(() => undefined) : Promise.resolve());
    await append('a');
    expect(sender.renewals).toBe(1);
  });

  it('rejects only the append with refused records, which is no outage', async () => {
    const { sender, outcomes, append } = setUp();
    sender.answer = (values) =>
      values.includes('bad') ? Promise.reject(new RecordsRefused('too large')) : Promise.resolve();
    const results = await Promise.allSettled([append('a'), append('b'), append('c', 'bad'), append('d')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect((results[2] as PromiseRejectedResult).reason).toBeInstanceOf(RecordsRefused);
    expect(outcomes.every((error) => error === undefined)).toBe(true);
  });

  it('takes an unexpected error of the sender for an outage', async () => {
    const { sender, outcomes, append } = setUp();
    const fault = new TypeError('fault');
    sender.answer = () => (outcomes.length === 0 ? Promise.reject(fault) : Promise.resolve());
    await append('a');
    expect(outcomes[0]).toBeInstanceOf(LogUnavailable);
    expect(outcomes[0]?.cause).toBe(fault);
  });

  it('rejects at once an append above the memory limit, unless it is the only one', async () => {
    const { append } = setUp({ maxInFlightBytes: 100 });
    const [alone, second] = [append('x'.repeat(500)), append('y')];
    await expect(second).rejects.toBeInstanceOf(LogOverloaded);
    await alone;
    await expect(append('y')).resolves.toBe('kafka');
  });

  it('drains the waiting appends', async () => {
    const { queue, append } = setUp();
    let done = 0;
    for (const value of ['a', 'b', 'c']) void append(value).then(() => (done += 1));
    await queue.drain();
    expect(done).toBe(3);
  });
});

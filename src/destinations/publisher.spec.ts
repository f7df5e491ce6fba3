import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anEvent } from '../../test/support/events.js';
import { eventually } from '../../test/support/eventually.js';
import { FakeDeduplicationStore } from '../../test/support/fake-deduplication-store.js';
import { FakeLog } from '../../test/support/fake-log.js';
import { type KeyUsage } from '../auth/usage/key-usage.js';
import { loadConfig } from '../config/load-config.js';
import { Deduplication } from '../deduplication/deduplication.js';
import { GuardedStore } from '../deduplication/guarded-store.js';
import { LogOverloaded, LogUnavailable, RecordsRefused } from '../event-log/append-errors.js';
import { type Durability, type LogRecord } from '../event-log/appender.js';
import { CallError } from '../events/call-error.js';
import { type NormalizedCall } from '../events/call.js';
import { EventPublisher } from './publisher.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

/** A log whose next appends fail, each with one of the errors. */
class FailingLog extends FakeLog {
  readonly failures: Error[] = [];
  readonly sizes: number[] = [];

  override append(records: readonly LogRecord[]): Promise<Durability> {
    this.sizes.push(records.length);
    const failure = this.failures.shift();
    return failure ? Promise.reject(failure) : super.append(records);
  }
}

const rejection = { index: 1, code: 'invalid_type' as const, pointer: '/type', original: '{}' };
const aCall = (ids: readonly string[], more: Partial<NormalizedCall> = {}): NormalizedCall => ({
  ...{
    source: { id: 'src_1', workspaceId: 'wsp_1' },
    writeKeyId: 'wkey_1',
    receivedAt: new Date(),
    form: 'batch',
  },
  ...{ accepted: ids.map((messageId) => anEvent({ messageId })), rejected: [], unreadableDates: 0 },
  ...more,
});

describe('EventPublisher', () => {
  let eventLog: FailingLog;
  let publisher: EventPublisher;
  let counts: Record<string, number>;
  let store: FakeDeduplicationStore;
  beforeEach(() => {
    eventLog = new FailingLog();
    counts = {};
    const count: KeyUsage['count'] = (_, outcome, times) => {
      if (times !== 0) counts[outcome] = (counts[outcome] ?? 0) + (times ?? 1);
    };
    store = new FakeDeduplicationStore();
    const deduplication = new Deduplication(new GuardedStore(store));
    publisher = new EventPublisher(eventLog, deduplication, loadConfig({}), { count } as KeyUsage);
  });
  const published = () => eventLog.of('tributary.events').map(({ headers }) => headers['messageId']);

  it('appends accepted and rejected messages together, and counts them', async () => {
    await publisher.publish(aCall(['a']));
    const result = await publisher.publish(aCall(['a', 'b', 'b', 'c'], { rejected: [rejection] }));
    expect(result).toEqual({ accepted: 2, duplicates: 2, rejected: 1 });
    expect(eventLog.sizes).toEqual([1, 3]);
    expect(published()).toEqual(['a', 'b', 'c']);
    expect(eventLog.of('tributary.rejected')).toHaveLength(1);
    expect(counts).toEqual({ accepted: 3, duplicate: 2, invalid_type: 1 });
  });

  it('publishes the messages of a refused call, and leaves its refusal to the caller', async () => {
    const refusal = new CallError('invalid_type', 'refused');
    const result = await publisher.publish(aCall([], { rejected: [rejection], refusal }));
    expect(result).toEqual({ accepted: 0, duplicates: 0, rejected: 1 });
    expect(eventLog.of('tributary.rejected')).toHaveLength(1);
  });

  it('appends nothing for a call of duplicates', async () => {
    await publisher.publish(aCall(['a']));
    expect(await publisher.publish(aCall(['a']))).toEqual({ accepted: 0, duplicates: 1, rejected: 0 });
    expect(eventLog.sizes).toEqual([1]);
  });

  it.each([
    [new LogUnavailable('away'), 'unavailable'],
    [new RecordsRefused('too large'), 'unavailable'],
    [new LogOverloaded('full'), 'rate_limited'],
    [new TypeError('fault'), 'internal_error'],
  ])('rejects with %s, counts the call as %s, and accepts its next copy', async (failure, code) => {
    eventLog.failures.push(failure);
    await expect(publisher.publish(aCall(['a']))).rejects.toBe(failure);
    expect(counts).toEqual({ [code]: 1 });
    expect(store.requests).toEqual(['claim 1', 'release 1']);
    expect(await publisher.publish(aCall(['a']))).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(published()).toEqual(['a']);
  });

  it('appends a message later whose other copy failed in another call, and rejected messages once', async () => {
    let fail: (error: Error) => void = () => undefined;
    const append = eventLog.append.bind(eventLog);
    eventLog.append = () => new Promise((_, reject) => (fail = reject));
    const first = publisher.publish(aCall(['a']));
    await eventually(() => expect(fail).toHaveLength(1));
    eventLog.append = append;
    const second = publisher.publish(aCall(['a', 'b'], { rejected: [rejection] }));
    await eventually(() => expect(published()).toEqual(['b']));
    fail(new LogUnavailable('away'));
    await expect(first).rejects.toThrow('away');
    expect(await second).toEqual({ accepted: 2, duplicates: 0, rejected: 1 });
    expect(published()).toEqual(['b', 'a']);
    expect(eventLog.of('tributary.rejected')).toHaveLength(1);
  });
});

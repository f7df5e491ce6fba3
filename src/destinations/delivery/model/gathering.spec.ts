import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { DEFAULT_LIMITS } from '../../contract/handler.js';
import { batchSize, gatheringMs } from './gathering.js';

const limits = { ...DEFAULT_LIMITS, maxItems: 1_000, maxBytes: 10_000_000, maxWaitMs: 60_000 };
const NOW = 1_000_000;

function waitOf({ count = 10, others = 0, age = 0, bytes = 100, otherBytes = 0, given = limits }) {
  const records = Array.from({ length: others + count }, (_, index) => ({
    ...{
      topic: 't',
      partition: 0,
      key: 'k',
      headers: {},
      value: Buffer.alloc(index < others ? otherBytes : bytes),
    },
    offset: BigInt(index),
    timestamp: NOW - age - others + index,
  }));
  const eligible = records.slice(others).map(({ offset }) => {
    const item = { event: anEvent(), json: 'x'.repeat(bytes), attempt: 1 };
    return { offset, delivery: { origin: `t/0/${offset}`, item } };
  });
  return gatheringMs({ topic: 't', partition: 0, records }, eligible, given, NOW);
}

describe('gatheringMs', () => {
  it.each<[string, Parameters<typeof waitOf>[0], number]>([
    ['a type that does not gather', { given: { ...limits, maxWaitMs: 0 } }, 0],
    ['young events', {}, 3_000],
    ['young events of a type with a shorter wait', { given: { ...limits, maxWaitMs: 30_000 } }, 1_500],
    ['young events of a type with a very short wait', { given: { ...limits, maxWaitMs: 5_000 } }, 1_000],
    ['the rest of the wait when that is short', { age: 59_900 }, 100],
    ['the oldest has waited long enough', { age: 60_000 }, 0],
    ['nothing for this destination', { count: 0, others: 5 }, 0],
    ['enough items', { count: 1_000 }, 0],
    ['as many records as one batch can have, most for other destinations', { count: 1, others: 999 }, 0],
    ['events for other destinations do not count as old', { count: 1, others: 10, age: 59_900 }, 100],
    ['enough bytes', { bytes: 210_000 }, 0],
    ['as many bytes as the type takes', { bytes: 6_000, given: { ...limits, maxBytes: 50_000 } }, 0],
    [
      'as many bytes as one batch can have, most for other destinations',
      { count: 1, others: 10, otherBytes: 210_000 },
      0,
    ],
    ['a clock that is ahead a little', { age: -5_000 }, 3_000],
    ['a clock that is ahead by days', { age: -86_400_000 }, 0],
  ])('%s: %o', (_, given, wait) => {
    expect(waitOf(given)).toBe(wait);
  });
});

describe('batchSize', () => {
  it('follows the number of events in one call of the type', () => {
    const records = [1, 200, 1_000].map((maxItems) => batchSize({ maxItems, maxWaitMs: 0 }).maxRecords);
    expect(records).toEqual([200, 200, 1_000]);
  });

  it('is larger in bytes for types that gather events', () => {
    const bytes = [0, 1_000].map((maxWaitMs) => batchSize({ maxItems: 1, maxWaitMs }).maxBytes);
    expect(bytes).toEqual([1_048_576, 4_194_304]);
  });
});

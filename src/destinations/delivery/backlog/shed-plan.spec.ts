import { describe, expect, it } from 'vitest';
import { type LogRoom } from '../../../event-log/appender.js';
import { type GroupPosition } from '../../../event-log/reader.js';
import { backlogLimits, backlogShare, remainingPlan, shedPlan } from './shed-plan.js';

const at = (partition: number, next: bigint, end: bigint, more: Partial<GroupPosition> = {}) => ({
  ...{ topic: 't', partition, next, end, first: 0n },
  ...more,
});
const limits = { maxEvents: 100, maxBytes: 1_000 };
const planOf = (positions: readonly GroupPosition[], given = limits) => {
  const plan = shedPlan(positions, given);
  return plan && [...plan];
};

describe('shedPlan', () => {
  it.each<[string, GroupPosition[], [number, bigint][] | undefined]>([
    ['no partition', [], undefined],
    ['a backlog at its limit', [at(0, 0n, 100n, { bytes: 1_000 })], undefined],
    ['one event more: down to nine tenths of the limit', [at(0, 0n, 101n)], [[0, 11n]]],
    [
      'more bytes than the limit: the same share of the records',
      [at(0, 50n, 60n, { bytes: 1_500 })],
      [[0, 54n]],
    ],
    ['both: what sheds more', [at(0, 0n, 200n, { bytes: 9_000 })], [[0, 180n]]],
    [
      'the same share of each partition',
      [at(0, 1_000n, 1_300n), at(1, 0n, 100n), at(2, 7n, 7n)],
      [
        [0, 1_233n],
        [1, 78n],
      ],
    ],
    ['at least one record, however small the share', [at(0, 0n, 3n, { bytes: 1_001 })], [[0, 1n]]],
    ['only records that the log still has', [at(0, 0n, 200n, { first: 90n })], [[0, 110n]]],
    ['a group that lags behind removed records only', [at(0, 0n, 200n, { first: 150n })], undefined],
  ])('%s', (_, positions, plan) => {
    expect(planOf(positions)).toEqual(plan);
  });

  it('knows no limit in bytes for a log without one', () => {
    expect(planOf([at(0, 0n, 90n)], { maxEvents: 100, maxBytes: Infinity })).toBeUndefined();
  });

  it('leaves a backlog that is within its limits', () => {
    const [[, until] = [0, 0n]] = planOf([at(0, 0n, 1_000n)]) ?? [];
    expect(planOf([at(0, until, 1_000n)])).toBeUndefined();
    expect(1_000n - until).toBe(90n);
  });
});

describe('backlogShare', () => {
  const share = (positions: GroupPosition[], room?: LogRoom) =>
    backlogShare(positions, backlogLimits(100, room));

  it('is that of the limit which is closer, which on the local log may be 70 % of its size', () => {
    const room = { limit: 1_000, used: 0, unread: 0 };
    expect(share([])).toBe(0);
    expect(share([at(0, 0n, 20n, { bytes: 600 }), at(1, 5n, 10n)])).toBe(0.25);
    expect(share([at(0, 0n, 20n, { bytes: 350 })], room)).toBe(0.5);
    expect(share([at(0, 0n, 150n, { bytes: 350 })], room)).toBe(1.5);
  });
});

describe('remainingPlan', () => {
  const plan = new Map([
    [0, 10n],
    [1, 5n],
  ]);

  it('drops the partitions that are passed, and ends with the last one', () => {
    expect(remainingPlan(plan, [at(0, 9n, 20n), at(1, 4n, 20n)])).toEqual(plan);
    expect(remainingPlan(plan, [at(0, 9n, 20n), at(1, 5n, 20n)])).toEqual(new Map([[0, 10n]]));
    expect(remainingPlan(plan, [at(0, 10n, 20n), at(1, 0n, 20n, { first: 6n })])).toBeUndefined();
  });

  it('drops a partition that the topic does not have any more', () => {
    expect(remainingPlan(plan, [])).toBeUndefined();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RetryLease } from './retry-lease.js';
import { type RetryLedger } from '../ledger/retry-ledger.js';

const KEYS = [
  { id: 'row-1', attempt: 1 },
  { id: 'row-2', attempt: 3 },
];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A ledger that lets the first of two rows be claimed; `lasting` is the rest of its lease, in ms. */
function ledger() {
  let until = 0;
  const lasts = (ms: number) => (until = Date.now() + ms);
  const claim = vi.fn((_: string, [first]: typeof KEYS, ms: number) => Promise.resolve(lasts(ms) && [first]));
  const renew = vi.fn((_: string, _keys: typeof KEYS, ms: number) => Promise.resolve(lasts(ms)));
  return { claim, renew, lasting: () => until - Date.now() };
}
const take = (from: ReturnType<typeof ledger>) =>
  RetryLease.take(from as unknown as RetryLedger, 'dst', KEYS);

describe('the lease of claimed rows', () => {
  it('is renewed for claimed rows until the attempt ends, and no longer', async () => {
    const from = ledger();
    const { rows, lease } = await take(from);
    expect(rows).toEqual([KEYS[0]]);
    for (let second = 0; second < 60; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      expect(from.lasting()).toBeGreaterThan(10_000);
    }
    expect(from.renew).toHaveBeenCalledWith('dst', [KEYS[0]], expect.any(Number));
    lease.end();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(from.lasting()).toBeLessThan(0);
  });

  it('survives an outage of Postgres', async () => {
    const from = ledger();
    const { lease } = await take(from);
    from.renew.mockRejectedValueOnce(new Error('away'));
    await vi.advanceTimersByTimeAsync(9_000);
    expect(from.lasting()).toBeGreaterThan(10_000);
    lease.end();
  });
});

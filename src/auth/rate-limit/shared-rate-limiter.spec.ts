import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import { rateLimitLocal } from '../../metrics/counters.js';
import { SharedRateLimiter, type SharedWindows } from './shared-rate-limiter.js';
import { type Admission, type Demand, LocalWindows } from './windows.js';

/** Windows in memory that several limiters may share, that answer when they are told to, and can be away or silent. */
class FakeWindows implements SharedWindows {
  readonly limitMs = 30;
  readonly asked: number[][] = [];
  state: 'well' | 'slow' | 'away' | 'silent' = 'well';
  private readonly windows = new LocalWindows(() => 0);
  private readonly held: (() => void)[] = [];

  check(): Promise<void> {
    if (this.state === 'well') return Promise.resolve();
    return Promise.reject(new Error('away'));
  }

  take(demands: readonly Demand[]): Promise<readonly Admission[]> {
    this.asked.push(demands.map(({ calls }) => calls));
    if (this.state === 'away') return Promise.reject(new Error('away'));
    const admissions = this.windows.take(demands);
    if (this.state === 'well') return Promise.resolve(admissions);
    return new Promise((resolve) => this.held.push(() => resolve(admissions)));
  }

  answer(): void {
    for (const resolve of this.held.splice(0)) resolve();
  }

  close(): void {}
}

let now: number;
let windows: FakeWindows;
let limiter: SharedRateLimiter;

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

beforeEach(() => {
  now = 5_000;
  windows = new FakeWindows();
  limiter = new SharedRateLimiter(windows, new LocalWindows(() => now));
});

afterEach(() => limiter.close());

const key = { name: 'key:1', perSecond: 5 };
const workspace = { name: 'workspace:1', perSecond: 6 };
const take = (count: number, ...limits: { name: string; perSecond: number }[]) =>
  Promise.all(Array.from({ length: count }, () => limiter.take(limits)));
const granted = (grants: readonly { granted: boolean }[]) => grants.filter((grant) => grant.granted).length;
const judgedHere = async () => (await rateLimitLocal.get()).values[0]?.value ?? 0;

describe('SharedRateLimiter', () => {
  it('asks for calls that come together in one round trip, each kind of call once', async () => {
    windows.state = 'slow';
    const first = limiter.take([key]);
    const rest = [take(3, key), take(2, key, workspace)];
    expect(windows.asked).toEqual([[1]]);
    windows.answer();
    await first;
    await eventually(() => expect(windows.asked).toEqual([[1], [3, 2]]));
    windows.answer();
    expect((await Promise.all(rest)).map(granted)).toEqual([3, 1]);
  });

  it('counts each call of a batch down, and tells the refused ones which limit it was', async () => {
    await limiter.take([key]);
    const grants = await take(6, key, workspace);
    expect(grants.map((grant) => [grant.granted, grant.remaining])).toEqual([
      [true, 3],
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
      [false, 0],
    ]);
    expect(grants[5]).toEqual({ granted: false, name: 'key:1', limit: 5, remaining: 0, resetSeconds: 1 });
  });

  it('shares the limit with others', async () => {
    const other = new SharedRateLimiter(windows);
    await take(3, key);
    expect(await other.take([key])).toMatchObject({ granted: true, remaining: 1 });
    expect(granted(await take(3, key))).toBe(1);
    await other.close();
  });

  it.each(['away', 'silent'] as const)(
    'decides on its own while they are %s, counts that, and asks again when they are back',
    async (state) => {
      const before = await judgedHere();
      windows.state = state;
      expect(granted(await take(8, key))).toBe(5);
      expect(granted(await take(8, key))).toBe(0);
      now += 1_000;
      expect(granted(await take(8, key))).toBe(5);
      expect((await judgedHere()) - before).toBe(24);
      expect(windows.asked).toHaveLength(1);
      windows.state = 'well';
      await eventually(async () => {
        await take(1, key);
        expect(windows.asked.length).toBeGreaterThan(1);
      });
    },
  );

  it('has no second helping for calls of a second in which they went away', async () => {
    expect(granted(await take(4, key))).toBe(4);
    windows.state = 'away';
    expect(granted(await take(4, key))).toBe(1);
  });

  it('answers calls that come after its end', async () => {
    await limiter.close();
    expect(await limiter.take([key])).toMatchObject({ granted: true });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { LocalRateLimiter } from './local-rate-limiter.js';
import { LocalWindows } from './windows.js';

let now: number;
let limiter: LocalRateLimiter;

beforeEach(() => {
  now = 5_000;
  limiter = new LocalRateLimiter(new LocalWindows(() => now));
});

const key = { name: 'key:1', perSecond: 2 };
const workspace = { name: 'workspace:1', perSecond: 3 };
const other = { name: 'key:2', perSecond: 9 };

describe('LocalRateLimiter', () => {
  it('admits the limit in each second and not one call more', async () => {
    const grants = [await limiter.take([key]), await limiter.take([key]), await limiter.take([key])];
    expect(grants.map(({ granted, remaining }) => [granted, remaining])).toEqual([
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    now = 5_999;
    expect(await limiter.take([key])).toMatchObject({ granted: false });
    now = 6_000;
    expect(await limiter.take([key])).toEqual({
      granted: true,
      name: 'key:1',
      limit: 2,
      remaining: 1,
      resetSeconds: 1,
    });
  });

  it('names the limit that refuses, and counts the call against none', async () => {
    for (let call = 0; call < 2; call += 1) await limiter.take([key, workspace]);
    expect(await limiter.take([key, workspace])).toMatchObject({ granted: false, name: 'key:1', limit: 2 });
    expect(await limiter.take([other, workspace])).toMatchObject({
      granted: true,
      name: 'workspace:1',
      remaining: 0,
    });
    expect(await limiter.take([other, workspace])).toMatchObject({
      granted: false,
      name: 'workspace:1',
      limit: 3,
    });
    expect(await limiter.take([other])).toMatchObject({ granted: true, name: 'key:2', remaining: 7 });
  });

  it('admits nothing under a limit of nothing, and goes by a limit that was changed meanwhile', async () => {
    expect(await limiter.take([{ name: 'key:1', perSecond: 0 }])).toMatchObject({
      granted: false,
      remaining: 0,
    });
    await limiter.take([key]);
    await limiter.take([key]);
    expect(await limiter.take([{ ...key, perSecond: 1 }])).toMatchObject({ granted: false, remaining: 0 });
    expect(await limiter.take([{ ...key, perSecond: 4 }])).toMatchObject({ granted: true, remaining: 1 });
  });
});

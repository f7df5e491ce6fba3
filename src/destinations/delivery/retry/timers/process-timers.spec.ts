import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RetryTimer } from '../../ledger/retry-ledger.js';
import { ProcessTimers } from './process-timers.js';

const timer = (id: string, delayMs: number, attempt = 1): RetryTimer => ({
  id,
  destinationId: 'dst',
  attempt,
  delayMs,
});

let timers: ProcessTimers;
let due: RetryTimer[];

beforeEach(() => {
  vi.useFakeTimers();
  due = [];
  timers = new ProcessTimers();
  timers.start((one) => due.push(one));
});
afterEach(() => {
  timers.onModuleDestroy();
  vi.useRealTimers();
});

describe('timers in this process', () => {
  it('are due never early, and at most a tick late, in the order of their delays', () => {
    const [late, soon, now] = [timer('late', 60_000), timer('soon', 120), timer('now', 0)];
    timers.arm([late, soon, now]);
    expect(due).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(due).toEqual([now]);
    vi.advanceTimersByTime(69);
    expect(due).toEqual([now]);
    vi.advanceTimersByTime(51);
    expect(due).toEqual([now, soon]);
    vi.advanceTimersByTime(59_800);
    expect(due).toEqual([now, soon]);
    vi.advanceTimersByTime(100);
    expect(due).toEqual([now, soon, late]);
  });

  it('are one for an attempt, however often it is set', () => {
    timers.arm([timer('a', 100), timer('a', 100), timer('a', 100, 2)]);
    vi.advanceTimersByTime(200);
    expect(due).toEqual([timer('a', 100), timer('a', 100, 2)]);
  });

  it('can be set while one is due', () => {
    timers.start((one) => {
      due.push(one);
      if (one.attempt === 1) timers.arm([timer('a', 0, 2)]);
    });
    timers.arm([timer('a', 0)]);
    vi.advanceTimersByTime(200);
    expect(due).toEqual([timer('a', 0), timer('a', 0, 2)]);
  });

  it('are bounded in number; a place is free again once one was due', () => {
    timers.arm(Array.from({ length: 10_001 }, (_, n) => timer(`row-${n}`, n === 0 ? 0 : 60_000)));
    expect(timers.size).toBe(10_000);
    vi.advanceTimersByTime(50);
    timers.arm([timer('new', 0), timer('too much', 0)]);
    vi.advanceTimersByTime(50);
    expect(due.map(({ id }) => id)).toEqual(['row-0', 'new']);
  });

  it('need no tick while none is set, and are gone after a stop', () => {
    expect(vi.getTimerCount()).toBe(0);
    timers.arm([timer('a', 10)]);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(50);
    expect(vi.getTimerCount()).toBe(0);
    timers.arm([timer('b', 10)]);
    timers.onModuleDestroy();
    vi.advanceTimersByTime(100);
    expect(due).toEqual([timer('a', 10)]);
  });
});

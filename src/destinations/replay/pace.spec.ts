import { describe, expect, it } from 'vitest';
import { Pace } from './pace.js';

describe('Pace', () => {
  it('gives each event its share of time', () => {
    const pace = new Pace(100);
    expect(pace.waitFor(50, 0)).toBe(0);
    expect(pace.waitFor(50, 0)).toBe(500);
    expect(pace.waitFor(1, 400)).toBe(600);
    expect(pace.waitFor(1, 1_010)).toBe(0);
  });

  it('does not save up unused time', () => {
    const pace = new Pace(100);
    pace.waitFor(100, 0);
    expect(pace.waitFor(100, 60_000)).toBe(0);
    expect(pace.waitFor(100, 60_000)).toBe(1_000);
  });

  it.each([
    { perSecond: 10, most: 200, atOnce: 10 },
    { perSecond: 1_000, most: 200, atOnce: 200 },
    { perSecond: null, most: 200, atOnce: 200 },
  ])('sends $atOnce of $most events together at $perSecond per second', ({ perSecond, most, atOnce }) => {
    expect(new Pace(perSecond).atOnce(most)).toBe(atOnce);
  });

  it('never waits without a limit, nor after an abort', async () => {
    expect(new Pace(null).waitFor(1_000_000, 0)).toBe(0);
    const slow = new Pace(1);
    slow.waitFor(3_600, Date.now());
    await slow.turn(1, AbortSignal.abort());
  });
});

import { describe, expect, it } from 'vitest';
import { Refusals } from './refusals.js';

const SECOND = 1_000;

/** Refuses events with these origins at one time. */
function refuseAll(refusals: Refusals, origins: readonly string[], now: number) {
  return origins.map((origin) => refusals.refused(origin, 'event', now));
}
const five = ['a', 'b', 'c', 'd', 'e'];

describe('doubtful refusals', () => {
  it('are the fault of the event once a later call has succeeded', () => {
    const refusals = new Refusals();
    expect(refusals.refused('a', 'event', 100)).toBe('open');
    refusals.accepted(101);
    expect(refusals.isCleared('a')).toBe(true);
    expect(refusals.refused('a', 'event', 2_000)).toBe('event');
  });

  it('are not judged by a call that started before: the credentials may have been revoked since', () => {
    const refusals = new Refusals();
    refusals.refused('a', 'event', 100);
    refusals.accepted(99);
    expect(refusals.isCleared('a')).toBe(false);
    expect(refusals.refused('a', 'event', 2_000)).toBe('open');
  });

  it('are the fault of the event that is refused alone where others have succeeded', () => {
    const refusals = new Refusals();
    refusals.accepted(0);
    expect(refusals.refused('a', 'event', 10)).toBe('open');
    expect(refusals.refused('a', 'event', 10 + 5 * SECOND)).toBe('event');
  });

  it('are the fault of a destination that has never accepted an event, after ten seconds', () => {
    const refusals = new Refusals();
    expect(refusals.refused('a', 'event', 0)).toBe('open');
    expect(refusals.refused('a', 'event', 9 * SECOND)).toBe('open');
    expect(refusals.refused('a', 'event', 10 * SECOND)).toBe('destination');
  });

  it('are the fault of a known destination when five events are refused for a minute and none succeeds', () => {
    const refusals = new Refusals();
    refusals.accepted(0);
    expect(new Set(refuseAll(refusals, five, 1))).toEqual(new Set(['open']));
    expect(refuseAll(refusals, five, 59 * SECOND)).toEqual(five.map(() => 'open'));
    expect(refusals.refused('b', 'event', 61 * SECOND)).toBe('destination');
  });

  it('count anew after a success, and after a verdict on the destination', () => {
    const refusals = new Refusals();
    refuseAll(refusals, five, 0);
    refusals.accepted(1);
    expect(refusals.refused('new', 'event', 70 * SECOND)).toBe('open');
    const other = new Refusals();
    other.refused('a', 'event', 0);
    expect(other.refused('b', 'event', 10 * SECOND)).toBe('destination');
    expect(other.refused('c', 'event', 11 * SECOND)).toBe('open');
  });

  it('that pass with time are never the fault of an event', () => {
    const refusals = new Refusals();
    refusals.accepted(0);
    expect(refusals.refused('a', 'moment', 1)).toBe('open');
    refusals.accepted(2);
    expect(refusals.refused('a', 'moment', 3)).toBe('open');
    expect(refusals.refused('a', 'moment', 59 * SECOND)).toBe('open');
    expect(refusals.refused('a', 'moment', 64 * SECOND)).toBe('destination');
  });

  it('are a flood from the thousandth event on', () => {
    const refusals = new Refusals();
    for (let count = 0; count < 999; count += 1) refusals.refused(`e${count}`, 'event', 0);
    expect(refusals.isFlood).toBe(false);
    refusals.refused('last', 'event', 0);
    expect(refusals.isFlood).toBe(true);
    refusals.accepted(1);
    expect(refusals.isFlood).toBe(false);
  });

  it('are retried at growing intervals within bounds', () => {
    const refusals = new Refusals();
    refusals.refused('a', 'event', 0);
    const delays = [0, 1_000, 6_000, 3_600_000].map((now) => refusals.delayMs('a', now));
    expect(delays).toEqual([1_500, 1_500, 6_000, 30_000]);
  });

  it('are remembered up to a limit', () => {
    const refusals = new Refusals();
    for (let count = 0; count <= 10_000; count += 1) refusals.refused(`e${count}`, 'event', 0);
    refusals.accepted(1);
    expect([refusals.isCleared('e0'), refusals.isCleared('e1')]).toEqual([false, true]);
  });
});

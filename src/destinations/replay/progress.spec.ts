import { describe, expect, it } from 'vitest';
import { counting, moved, progressOf } from './progress.js';

describe('the progress of a replay', () => {
  it('starts empty, and continues from a stored progress', () => {
    expect(progressOf({})).toMatchObject({ positions: {}, scanned: 0, counted: 0, at: null });
    expect(progressOf({ scanned: 7 })).toMatchObject({ scanned: 7, counted: 0 });
  });

  it('counts each event once, by its outcome, and none that is held', () => {
    const counted = counting(progressOf({ delivered: 1, counted: 1, ahead: ['z'] }), [
      ['a', { kind: 'delivered' }],
      ['b', { kind: 'filtered', reason: 'r' }],
      ['c', { kind: 'retry', delayMs: 1, reason: 'r' }],
      ['d', { kind: 'behind' }],
      ['e', { kind: 'dead', reason: 'r' }],
      ['f', { kind: 'held', reason: 'r', auth: false }],
    ]);
    expect(counted).toMatchObject({ counted: 6, delivered: 2, filtered: 1, retrying: 2, dead: 1 });
    expect(counted.ahead).toEqual(['z', 'a', 'b', 'c', 'd', 'e']);
  });

  it('moves the position of one place, with the time of the last record', () => {
    const before = progressOf({ positions: { 0: '5', 1: '9' }, scanned: 3, ahead: ['a', 'b', 'z'] });
    const records = [
      { timestamp: 1_000, name: 'a' },
      { timestamp: 2_000, name: 'b' },
    ];
    expect(moved(before, { place: '1', next: '11' }, records)).toMatchObject({
      positions: { 0: '5', 1: '11' },
      scanned: 5,
      ahead: ['z'],
      at: '1970-01-01T00:00:02.000Z',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { dateOf, Tallies } from './tallies.js';

const DAY = 86_400_000;

describe('Tallies', () => {
  it('add up by key, outcome and day, and keep the last time', () => {
    const tallies = new Tallies(10);
    tallies.add('a', 'accepted', 2, 5);
    tallies.add('a', 'accepted', 3, 9);
    tallies.add('a', 'accepted', 1, 7);
    tallies.add('a', 'revoked', 1, 8);
    tallies.add('b', 'accepted', 1, 8);
    tallies.add('a', 'accepted', 1, DAY);
    expect(tallies.take()).toEqual([
      { writeKeyId: 'a', outcome: 'accepted', day: 0, count: 6, lastAt: 9 },
      { writeKeyId: 'a', outcome: 'revoked', day: 0, count: 1, lastAt: 8 },
      { writeKeyId: 'a', outcome: 'accepted', day: 1, count: 1, lastAt: DAY },
      { writeKeyId: 'b', outcome: 'accepted', day: 0, count: 1, lastAt: 8 },
    ]);
    expect(tallies.take()).toEqual([]);
  });

  it('take back what was not stored, and add to it', () => {
    const tallies = new Tallies(10);
    tallies.add('a', 'accepted', 2, 5);
    const taken = tallies.take();
    tallies.add('a', 'accepted', 1, 4);
    tallies.giveBack(taken);
    expect(tallies.take()).toEqual([{ writeKeyId: 'a', outcome: 'accepted', day: 0, count: 3, lastAt: 5 }]);
  });

  it('refuse what is new past their bound, and go on with what is there', () => {
    const tallies = new Tallies(1);
    expect(tallies.add('a', 'accepted', 1, 1)).toBe(true);
    expect(tallies.add('b', 'accepted', 1, 1)).toBe(false);
    expect(tallies.add('a', 'accepted', 1, 1)).toBe(true);
    const taken = tallies.take();
    expect(taken).toHaveLength(1);
    expect(tallies.add('b', 'accepted', 1, 1)).toBe(true);
    tallies.giveBack(taken);
    expect(tallies.take()).toHaveLength(2);
  });

  it('name a day as Postgres does', () => expect(dateOf(20_000)).toBe('2024-10-04'));
});

import { describe, expect, it } from 'vitest';
import { leaksIn } from './leak-search.js';

const canaries = new Map([['the token', 'canary-4f1d8e~secret?']]);
const CANARY = 'canary-4f1d8e~secret?';

describe('the search for leaks', () => {
  it.each(['', 'x', 'xy', 'xyz'])('finds a text in base64 behind "%s"', (before) => {
    const bytes = Buffer.from(`${before}${CANARY}, and more`);
    expect(leaksIn(`..${bytes.toString('base64')}..`, canaries)).toEqual(['the token in base64']);
    expect(leaksIn(`..${bytes.toString('base64url')}..`, canaries)).toEqual(['the token in base64']);
  });

  it('finds a text in the clear and in hex', () => {
    const hex = Buffer.from(`x${CANARY}`).toString('hex');
    expect(leaksIn(`..${CANARY}..`, canaries)).toEqual(['the token in the clear']);
    expect(leaksIn(`\\x${hex}`, canaries)).toEqual(['the token in hex']);
    expect(leaksIn(hex.toUpperCase(), canaries)).toEqual(['the token in hex']);
  });

  it('finds nothing where there is nothing', () => {
    expect(
      leaksIn(`canary-4f1d8e~secre, ${Buffer.from('canary-4f1d8e~').toString('base64')}`, canaries),
    ).toEqual([]);
  });
});

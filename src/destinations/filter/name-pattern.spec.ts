import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namePattern } from './name-pattern.js';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
/** The same with a regular expression: correct, but too slow for long hostile patterns. */
const reference = (pattern: string) => new RegExp(`^${pattern.split('*').join('[^]*')}$`);

describe('namePattern', () => {
  it('matches like the plain meaning of a star', () => {
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        expect(namePattern(pattern)(name)).toBe(reference(pattern).test(name));
      }),
      { numRuns: 2_000 },
    );
  });

  it('treats no character but the star as special', () => {
    expect(namePattern('a.c')('abc')).toBe(false);
    expect(namePattern('[a]+$')('[a]+$')).toBe(true);
  });

  it('decides quickly a pattern on which a regular expression backtracks for minutes', () => {
    expect(namePattern(`${'*a'.repeat(100)}*b`)('a'.repeat(30_000))).toBe(false);
  });
});

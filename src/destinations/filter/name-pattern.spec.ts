import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namePattern } from './name-pattern.js';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
/** The same by a regular expression, which is too slow for long hostile patterns and right for short ones. */
const reference = (pattern: string) => new RegExp(`^${pattern.split('*').join('[^]*')}$`);

describe('namePattern', () => {
  it('matches what the plain meaning of a star matches', () => {
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        expect(namePattern(pattern)(name)).toBe(reference(pattern).test(name));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes nothing but a star for special', () => {
    expect(namePattern('a.c')('abc')).toBe(false);
    expect(namePattern('[a]+$')('[a]+$')).toBe(true);
  });

  it('decides a pattern on which a regular expression would not come back', () => {
    expect(namePattern(`${'*a'.repeat(100)}*b`)('a'.repeat(30_000))).toBe(false);
  });
});

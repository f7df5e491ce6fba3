import { describe, expect, it } from 'vitest';
import { withoutBareNumbers } from './bare-numbers.js';

describe('withoutBareNumbers', () => {
  it.each([
    ['{"a":NaN,"b":[Infinity, -Infinity ]}', '{"a":null,"b":[null, null ]}', 3],
    [
      '{"a":"NaN","b":"\\"Infinity","c":"\\\\",  "d":NaN}',
      '{"a":"NaN","b":"\\"Infinity","c":"\\\\",  "d":null}',
      1,
    ],
    ['{"NaN":NaN}', '{"NaN":null}', 1],
    ['{"a":1}', '{"a":1}', 0],
    ['{"a":"NaN', '{"a":"NaN', 0],
    ['"\\', '"\\', 0],
    ['', '', 0],
  ])('%s: %s', (text, without, count) => {
    expect(withoutBareNumbers(text)).toEqual({ text: without, count });
  });

  it.each([
    '{"a":nan}',
    '{"a":NaNa}',
    '{"a":1NaN}',
    '{"a":+Infinity}',
    '{"a":-NaN}',
    '{"a":1-Infinity}',
    '{NaN:1}',
  ])('makes no JSON of %s', (text) => {
    expect(() => JSON.parse(withoutBareNumbers(text).text) as unknown).toThrow(SyntaxError);
  });

  it.each(['"', '\\"', '"\\"', '\\', 'NaN', '-', '-Infinity', '"NaN'])(
    'takes time in proportion to the text: %j',
    (part) => {
      const started = performance.now();
      withoutBareNumbers(part.repeat(500_000));
      expect(performance.now() - started).toBeLessThan(5_000);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { parseJson, stringifyJson } from './exact-json.js';

const again = (text: string) => stringifyJson(parseJson(text));

describe('integers beyond 2^53', () => {
  it.each([
    '{"a":18446744073709551615}',
    '{"a":-9223372036854775808}',
    '{"a":9007199254740993}',
    '{"a":[9007199254740993,18446744073709551615],"b":{"c":12345678901234567890}}',
    `{"a":${'9'.repeat(1000)}}`,
    '{"a":12345678901234567890,"b":"ä\\"\\\\\\u0000\\ud800","c":[1.5,null,true,{}],"d":-0.25}',
  ])('keep their digits: %s', (text) => {
    expect(again(text)).toBe(text);
  });

  it('are found beside any white space', () => {
    expect(again('{"a" :\n\t18446744073709551615 , "b": [ 18446744073709551615\n] }')).toBe(
      '{"a":18446744073709551615,"b":[18446744073709551615]}',
    );
  });

  it('are BigInts, and other numbers stay numbers', () => {
    const text =
      '{"big":9007199254740993,"safe":9007199254740991,"micros":1700000000000000,"float":1e400,"long":0.12345678901234567890}';
    expect(parseJson(text)).toEqual({
      big: 9007199254740993n,
      safe: 9007199254740991,
      micros: 1700000000000000,
      float: Infinity,
      long: 0.12345678901234568,
    });
  });

  it('become null when they are too large, and never Infinity', () => {
    expect(again(`{"a":1e400,"b":${'9'.repeat(1001)},"c":18446744073709551615}`)).toBe(
      '{"a":null,"b":null,"c":18446744073709551615}',
    );
  });
});

describe('a text that takes the slower road', () => {
  const withBig = (inside: string) => `{"big":18446744073709551615,${inside}}`;

  it('lets the last of two equal keys win', () => {
    expect(parseJson(withBig('"a":1,"b":2,"a":{"c":3}'))).toEqual({
      big: 18446744073709551615n,
      a: { c: 3 },
      b: 2,
    });
  });

  it('keeps a key called __proto__ and touches no prototype', () => {
    const text = withBig('"__proto__":{"x":1},"a":{"__proto__":{"y":1},"constructor":{"prototype":{"z":1}}}');
    expect(again(text)).toBe(text);
    expect(Object.getPrototypeOf(parseJson(text))).toBe(Object.prototype);
    for (const key of ['x', 'y', 'z']) expect(key in {}).toBe(false);
  });

  it('may stand beside nesting too deep for the exact parser', () => {
    const deep = withBig(`"a":${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(parseJson(deep)).toHaveProperty('big');
  });

  it.each([
    '{"a":18446744073709551615',
    '{"a":018446744073709551615}',
    '{"a":18446744073709551615,}',
    '{a:18446744073709551615}',
  ])('is no more lenient: %s', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

it('texts without such a number are written as JSON.stringify does', () => {
  const value = { a: 'x', b: [1, undefined, null], c: undefined, d: new Date(0), e: Infinity, f: '\ud800' };
  expect(stringifyJson(value)).toBe(JSON.stringify(value));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storableJson } from './storable-json.js';

const UNITS = [
  'a',
  '\\',
  '"',
  '\0',
  '\ud83d',
  '\ude00',
  '\ud800',
  '\udfff',
  'ü',
  '€',
  '\u2028',
  'u0000',
  '\n',
];
const texts = fc.array(fc.constantFrom(...UNITS), { maxLength: 12 }).map((units) => units.join(''));
const json = (value: unknown) => JSON.stringify(value);

describe('storableJson', () => {
  it.each([
    ['a NUL', 'a\0b', 'a\ufffdb'],
    ['a high half', '\ud800', '\ufffd'],
    ['a low half', 'x\udc00y', 'x\ufffdy'],
    ['two halves in the wrong order', '\ude00\ud83d', '\ufffd\ufffd'],
    ['a high half before a pair', '\ud83d\ud83d\ude00', '\ufffd\ud83d\ude00'],
    ['the text of an escape', 'a\\u0000', 'a\\u0000'],
    ['the text of an escape behind a backslash', '\\\\u0000\0', '\\\\u0000\ufffd'],
  ])('replaces %s in values and keys', (_, given, wanted) => {
    expect(storableJson(json({ [given]: [given] }))).toBe(json({ [wanted]: [wanted] }));
  });

  it('keeps pairs that another producer has escaped, in either case', () => {
    const text = '{"a":"\\uD83D\\uDE00\\ud83d\\ude00","b":"\\u00e9\\uD83D"}';
    expect(storableJson(text)).toBe('{"a":"\\uD83D\\uDE00\\ud83d\\ude00","b":"\\u00e9\ufffd"}');
  });

  it('replaces only what the text cannot have, whatever the text', () => {
    fc.assert(
      fc.property(texts, texts, (key, value) => {
        const wanted = (text: string) => text.replaceAll(/\0|\p{Surrogate}/gu, '\ufffd');
        expect(JSON.parse(storableJson(json([key, { v: value }])))).toEqual([
          wanted(key),
          { v: wanted(value) },
        ]);
      }),
    );
  });

  it('replaces numbers beyond numeric by what JavaScript makes of them, and no text', () => {
    const text =
      '{"a":1e400000,"b":-1.5E+99999,"c":2e-400000,"d":"1e400000","e":[1e308,12345678901234567890,0.10]}';
    expect(storableJson(text)).toBe(
      '{"a":null,"b":null,"c":0,"d":"1e400000","e":[1e308,12345678901234567890,0.10]}',
    );
  });

  it('replaces what a smaller character set lacks', () => {
    const text = '{"a":"é€😀\\u00e9\\u20ac\\ud83d\\ude00\\u0000"}';
    expect(storableJson(text, 'latin1')).toBe('{"a":"é??\\u00e9???"}');
    expect(storableJson(text, 'ascii')).toBe('{"a":"???????"}');
  });
});

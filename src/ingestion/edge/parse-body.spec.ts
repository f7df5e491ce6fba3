import { describe, expect, it } from 'vitest';
import { CallError } from '../../events/call-error.js';
import { parseBody } from './parse-body.js';

describe('parseBody', () => {
  it('reads what Python writes, and only where reading failed', () => {
    expect(parseBody('{"a":NaN,"b":[-Infinity,"NaN"],"c":18446744073709551615}')).toEqual({
      a: null,
      b: [null, 'NaN'],
      c: 18446744073709551615n,
    });
    expect(parseBody('{"a":"NaN"}')).toEqual({ a: 'NaN' });
  });

  it.each([
    '',
    ' ',
    '{bad',
    '{bad:NaN}',
    'NaN',
    'null',
    '1',
    '"x"',
    '[]',
    '[NaN]',
    '{"a":undefined}',
    "{'a':1}",
  ])('refuses %j', (text) => {
    expect(() => parseBody(text)).toThrow(CallError);
    expect(() => parseBody(text)).toThrow(expect.objectContaining({ code: 'invalid_json' }));
  });
});

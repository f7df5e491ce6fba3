import { describe, expect, it } from 'vitest';
import { CallError } from '../../events/call-error.js';
import { payloadOf } from './payload.js';

describe('payloadOf', () => {
  it.each([
    ['e30=', '{}'],
    ['e30', '{}'],
    ['e30==', '{}'],
    ['  {"a":1}', '{"a":1}'],
    ['77u/e30', '{}'],
    ['Pz8-', '??>'],
    ['Pz8+', '??>'],
    ['Pz8 ', '??>'],
    ['Pz\r\n8\t+', '??>'],
    ['_-A', '\uFFFD\uFFFD'],
  ])('%j is %j', (data, text) => {
    expect(payloadOf(data)).toBe(text);
  });

  it.each([['!!!'], ['e3'.padEnd(5, 'x')], ['e30.'], ['='], [' '], ['[1]'], ['"x"']])(
    '%j is nothing',
    (data) => {
      expect(() => payloadOf(data)).toThrow(CallError);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { CallError } from '../../events/call-error.js';
import { payloadOf, undecoded } from './payload.js';

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

describe('undecoded', () => {
  it.each(['', 'x', 'xy', 'xyz'])('hides a write key in cut-off base64 behind "%s"', (before) => {
    const data = Buffer.from(`${before}"writeKey":"secret-of-somebody"`).toString('base64');
    const shown = undecoded(`${data.slice(0, 6)}\r\n${data.slice(6, -3)}!`);
    expect(shown).toMatch(/^[A-Za-z0-9]*\*\*\*$/);
    expect(Buffer.from(shown.slice(0, -3), 'base64').toString()).not.toContain('writeKey');
  });

  it('shows everything else as it came', () => {
    expect(undecoded('!!! e30.')).toBe('!!! e30.');
  });
});

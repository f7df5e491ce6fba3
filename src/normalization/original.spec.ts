import { describe, expect, it } from 'vitest';
import { aCall, nested } from '../../test/support/a-call.js';
import { originalOf } from './original.js';

describe('originalOf', () => {
  it('is the text as sent for a single call, and the message for a batch', () => {
    const call = aCall({ event: 5 });
    expect(
      originalOf({ ...call, received: { ...call.received, text: '{ "event" : 5 }' } }, { event: 5 }),
    ).toBe('{ "event" : 5 }');
    expect(originalOf(aCall({ batch: [1, { a: 2 }] }, { form: 'batch' }), { a: 2 })).toBe('{"a":2}');
  });

  it.each([
    ['{"writeKey":"secret","a":1}', '{"writeKey":"***","a":1}'],
    ['{"writeKey" : "secret"', '{"writeKey" : "***"'],
    ["{writeKey:'secret'}", "{writeKey:'***'}"],
    ['writeKey=secret&a=1', 'writeKey=***&a=1'],
    ['{"writeKey":"sec,r}e\'t&","a":1}', '{"writeKey":"***","a":1}'],
    ['{"writeKey":"sec\\"ret\\\\","a":1}', '{"writeKey":"***","a":1}'],
    ['{"a":[{"writeKey":"one"},{"writeKey":"two"}]}', '{"a":[{"writeKey":"***"},{"writeKey":"***"}]}'],
    ['{"writeKey":"cut off', '{"writeKey":"***'],
    ['{"writeKey":"","a":1}', '{"writeKey":"","a":1}'],
    ['{"writeKey":sec,r}et', '{"writeKey":***'],
    ['writeKey=sec,r}e"t&a=1', 'writeKey=***&a=1'],
  ])('holds no write key: %s', (text, clean) => {
    const call = aCall({});
    expect(originalOf({ ...call, received: { ...call.received, text } })).toBe(clean);
  });

  it('hides no key of millions of characters, and does not fail on one', () => {
    const call = aCall({});
    const text = `{"writeKey":"${'\\a'.repeat(5_000_000)}"}`;
    expect(originalOf({ ...call, received: { ...call.received, text } })).toMatch(/^\{"writeKey":"\*\*\*/);
  });

  it('falls back to the body for a message too deep to write out', () => {
    expect(originalOf(aCall('the body', { form: 'batch' }), nested(100_000))).toBe('"the body"');
  });
});

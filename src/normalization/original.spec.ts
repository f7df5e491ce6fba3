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
  ])('holds no write key: %s', (text, clean) => {
    const call = aCall({});
    expect(originalOf({ ...call, received: { ...call.received, text } })).toBe(clean);
  });

  it('falls back to the body for a message too deep to write out', () => {
    expect(originalOf(aCall('the body', { form: 'batch' }), nested(100_000))).toBe('"the body"');
  });
});

import { describe, expect, it } from 'vitest';
import { eventOf } from '../../../test/support/a-call.js';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const idOf = (messageId?: unknown) => eventOf({ userId: 'u', event: 'e', messageId }).messageId;

describe('message id', () => {
  it.each([['ajs-next-1700000000000-abc'], ['ünï'], ['a b']])('%s is kept', (messageId) => {
    expect(idOf(messageId)).toBe(messageId);
  });

  it('loses what nobody can see', () => {
    expect(idOf('\u0000 -a-random-string \u00A0\t\n\r\u034F')).toBe('-a-random-string');
  });

  it.each([[undefined], [null], [5], [{}], [' '], [' \u0000\u00A0\t\n\r\u034F ']])(
    'is made here instead of %j, a new one each time',
    (messageId) => {
      expect(idOf(messageId)).toMatch(UUID);
      expect(idOf(messageId)).not.toBe(idOf(messageId));
    },
  );
});

import { describe, expect, it } from 'vitest';
import { eventOf, faultOf } from '../../../test/support/a-call.js';

describe('ids', () => {
  it.each([
    [42, '42'],
    [0, '0'],
    [1.5, '1.5'],
    [1e21, '1e+21'],
    [12345678901234567890n, '12345678901234567890'],
    [' as sent ', ' as sent '],
    ['\u200Bu', '\u200Bu'],
  ])('%o is stored as %j', (userId, stored) => {
    expect(eventOf({ userId, event: 'e' }).userId).toBe(stored);
  });

  it('are tidied in every field that is one', () => {
    const event = eventOf({ userId: 1, anonymousId: 2, groupId: 7, previousId: 3 }, { type: 'group' });
    expect(event).toMatchObject({ userId: '1', anonymousId: '2', groupId: '7', previousId: '3' });
  });

  it('that no number can hold are none, and not the word for that', () => {
    expect(faultOf({ userId: Infinity, event: 'e' })).toEqual({ code: 'id_not_string', pointer: '/userId' });
  });

  it('that nobody can see leave no key behind', () => {
    const event = eventOf({ userId: ' \u200B', anonymousId: 'a', event: 'e' });
    expect(event).not.toHaveProperty('userId');
  });
});

import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../test/support/events.js';
import { orderKeyOf } from './order-key.js';

const keyOf = (ids: object) => orderKeyOf({ ...anEvent(), userId: undefined, ...ids } as never);

describe('orderKeyOf', () => {
  it('is the user, else the anonymous one, else nobody', () => {
    expect(keyOf({ userId: 'u1', anonymousId: 'a1' })).toBe('u1');
    expect(keyOf({ anonymousId: 'a1' })).toBe('a1');
    expect([keyOf({}), keyOf({ userId: '' })]).toEqual([undefined, undefined]);
  });

  it.each(['nul\0', 'x'.repeat(1_000_000), 'Zoë', '\ud800', 'two\nlines'])('is short and plain', (userId) => {
    expect(keyOf({ userId })).toMatch(/^sha256:[\w-]{43}$/);
    expect(keyOf({ userId })).not.toBe(keyOf({ userId: `${userId}!` }));
  });
});

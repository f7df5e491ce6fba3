import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { orderKeyOf } from './order-key.js';

const keyOf = (ids: object, replay?: string) =>
  orderKeyOf({ event: { ...anEvent(), userId: undefined, ...ids }, replay } as never);

describe('orderKeyOf', () => {
  it('is the user, else the anonymous id, else undefined', () => {
    expect(keyOf({ userId: 'u1', anonymousId: 'a1' })).toBe('u1');
    expect(keyOf({ anonymousId: 'a1' })).toBe('a1');
    expect([keyOf({}), keyOf({ userId: '' })]).toEqual([undefined, undefined]);
  });

  it('differs in each replay', () => {
    expect(keyOf({ userId: 'u1' }, 'rpl_1')).toBe('rpl_1/u1');
    expect(keyOf({}, 'rpl_1')).toBeUndefined();
  });

  it.each(['nul\0', 'x'.repeat(1_000_000), 'Zoë', '\ud800', 'two\nlines'])('is short and plain', (userId) => {
    expect(keyOf({ userId })).toMatch(/^sha256:[\w-]{43}$/);
    expect(keyOf({ userId })).not.toBe(keyOf({ userId: `${userId}!` }));
  });
});

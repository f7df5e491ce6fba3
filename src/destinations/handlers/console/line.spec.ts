import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { lineOf } from './line.js';

describe('lineOf', () => {
  it('shows label, time, type, name, user and message id', () => {
    expect(lineOf(anEvent({ messageId: 'm1' }))).toBe(
      '2026-11-21T12:00:00.000Z  track     "Order Completed"  user=u1  message=m1',
    );
    expect(lineOf(anEvent({ messageId: 'm1' }), 'eu')).toMatch(/^eu {2}2026/);
  });

  it.each([
    [anEvent({ type: 'page', name: 'Home' }), '"Home"'],
    [anEvent({ type: 'screen', category: 'Shop' }), '"Shop"'],
    [anEvent({ type: 'group', groupId: 'g1' }), '"g1"'],
    [anEvent({ type: 'alias', previousId: 'p1' }), '"p1"'],
  ])('shows the name that fits the type', (event, shown) => {
    expect(lineOf(event)).toContain(shown);
  });

  it.each(['\u001b[2J', 'a\nb', 'a\rb', '\u009b31m', '\u202eabc', '\u2028', '\u200b', '\ud800'])(
    'lets no event forge output with %j',
    (event) => {
      const line = lineOf(anEvent({ event, userId: event, messageId: event }));
      expect(line).toMatch(/^[\x20-\x7e]*$/);
    },
  );

  it('cuts a long name', () => {
    expect(lineOf(anEvent({ event: 'x'.repeat(100_000) })).length).toBeLessThan(300);
  });
});

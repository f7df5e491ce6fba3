import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { narrowed, type ReplayCriteria } from './criteria.js';

const ALL: ReplayCriteria = { from: '', to: '', onlyFailed: false };
const ofUser1 = ({ userId }: { userId?: string }) => userId === 'u1';
const destination = { sources: new Map([['src_1', () => true] as const, ['src_2', ofUser1] as const]) };

describe('narrowed', () => {
  it('lets events pass like the connections, without further criteria', () => {
    const { sources } = narrowed(destination, ALL);
    expect([...sources.keys()]).toEqual(['src_1', 'src_2']);
    expect(sources.get('src_1')!(anEvent({ userId: 'u2' }))).toBe(true);
    expect(sources.get('src_2')!(anEvent({ userId: 'u2' }))).toBe(false);
  });

  it('lets events pass that match both the connection and the criteria', () => {
    const test = narrowed(destination, { ...ALL, events: ['Order *'] }).sources.get('src_2')!;
    expect(test(anEvent({ userId: 'u1', event: 'Order Completed' }))).toBe(true);
    expect(test(anEvent({ userId: 'u1', event: 'Signed Up' }))).toBe(false);
    expect(test(anEvent({ userId: 'u2', event: 'Order Completed' }))).toBe(false);
    const none = narrowed(destination, { ...ALL, types: ['identify'] }).sources.get('src_1')!;
    expect(none(anEvent())).toBe(false);
  });

  it('keeps to the given sources, and to connected ones', () => {
    const { sources } = narrowed(destination, { ...ALL, sourceIds: ['src_2', 'src_3'] });
    expect([...sources.keys()]).toEqual(['src_2']);
  });
});

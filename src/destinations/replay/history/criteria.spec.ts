import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { narrowed, type ReplayCriteria } from './criteria.js';

const ALL: ReplayCriteria = { from: '', to: '', onlyFailed: false };
const ofUser1 = ({ userId }: { userId?: string }) => userId === 'u1';
const destination = { sources: new Map([['src_1', () => true] as const, ['src_2', ofUser1] as const]) };

describe('narrowed', () => {
  it('lets pass what the connections do, where nothing else is asked for', () => {
    const { sources } = narrowed(destination, ALL);
    expect([...sources.keys()]).toEqual(['src_1', 'src_2']);
    expect(sources.get('src_1')!(anEvent({ userId: 'u2' }))).toBe(true);
    expect(sources.get('src_2')!(anEvent({ userId: 'u2' }))).toBe(false);
  });

  it('lets pass only what both the connection and the criteria do', () => {
    const test = narrowed(destination, { ...ALL, events: ['Order *'] }).sources.get('src_2')!;
    expect(test(anEvent({ userId: 'u1', event: 'Order Completed' }))).toBe(true);
    expect(test(anEvent({ userId: 'u1', event: 'Signed Up' }))).toBe(false);
    expect(test(anEvent({ userId: 'u2', event: 'Order Completed' }))).toBe(false);
    const none = narrowed(destination, { ...ALL, types: ['identify'] }).sources.get('src_1')!;
    expect(none(anEvent())).toBe(false);
  });

  it('keeps to the sources asked for, and gives nothing of one that is not connected', () => {
    const { sources } = narrowed(destination, { ...ALL, sourceIds: ['src_2', 'src_3'] });
    expect([...sources.keys()]).toEqual(['src_2']);
  });
});

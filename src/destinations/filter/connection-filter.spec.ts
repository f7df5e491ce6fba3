import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../test/support/events.js';
import { type CanonicalEvent } from '../../events/event.js';
import { checkFilter, compileFilter, FilterUnreadable } from './connection-filter.js';

const event = anEvent({
  event: 'Order Completed',
  properties: {
    plan: 'pro',
    total: 12.5,
    free: false,
    coupon: null,
    at: '2026-11-21T12:00:00.000Z',
    tags: ['new', 5, null],
    'a/b': { '~': 1 },
    items: [{ sku: 'x' }],
  },
});
const passes = (filter: unknown, one: CanonicalEvent = event): boolean => compileFilter(filter)(one);
const condition = (pointer: string, operator: string, value?: unknown) => ({
  properties: [{ pointer, operator, ...(value === undefined ? {} : { value }) }],
});

describe('compileFilter', () => {
  it('lets every event pass without a filter or without parts', () => {
    expect([passes(null), passes({}), passes({ types: null, properties: null })]).toEqual([true, true, true]);
  });

  it.each([
    [['track'], true],
    [['identify', 'track'], true],
    [['identify'], false],
  ])('compares the type with %j: %s', (types, verdict) => {
    expect(passes({ types })).toBe(verdict);
  });

  it.each([
    ['Order Completed', true],
    ['order completed', false],
    ['Order', false],
    ['Order *', true],
    ['* Completed', true],
    ['*', true],
    ['O*r*C*', true],
    ['Order*Order*', false],
    ['.*', false],
  ])('compares the name with %s: %s', (pattern, verdict) => {
    expect(passes({ events: [pattern] })).toBe(verdict);
    expect(passes({ events: ['nothing like it', pattern] })).toBe(verdict);
  });

  it('uses the name of pages and screens, and none of other types', () => {
    const page = anEvent({ type: 'page', event: 'Else', name: 'Home' });
    expect([passes({ events: ['Home'] }, page), passes({ events: ['Else'] }, page)]).toEqual([true, false]);
    expect(passes({ events: ['Home'] }, anEvent({ type: 'screen', name: 'Home' }))).toBe(true);
    const identify = anEvent({ type: 'identify', event: 'Home', name: 'Home' });
    expect([passes({ events: ['*'] }, identify), passes({ events: ['Home'] }, identify)]).toEqual([
      false,
      false,
    ]);
    expect(passes({ events: ['*'] }, anEvent({ type: 'page' }))).toBe(false);
  });

  it.each([
    ['/properties/plan', 'equals', 'pro', true],
    ['/properties/plan', 'equals', 'Pro', false],
    ['/properties/total', 'equals', '12.5', false],
    ['/properties/free', 'equals', false, true],
    ['/properties/coupon', 'equals', null, true],
    ['/properties/none', 'equals', null, false],
    ['/properties/plan', 'not_equals', 'free', true],
    ['/properties/none', 'not_equals', 'free', true],
    ['/properties/plan', 'not_equals', 'pro', false],
    ['/properties/plan', 'in', ['free', 'pro'], true],
    ['/properties/plan', 'in', ['free'], false],
    ['/properties/none', 'in', ['free'], false],
    ['/properties/plan', 'not_in', ['free'], true],
    ['/properties/none', 'not_in', ['free'], true],
    ['/properties/plan', 'not_in', ['pro'], false],
    ['/properties/plan', 'exists', undefined, true],
    ['/properties/coupon', 'exists', undefined, true],
    ['/properties/none', 'exists', undefined, false],
    ['/properties/none', 'not_exists', undefined, true],
    ['/properties/plan', 'not_exists', undefined, false],
    ['/properties/total', 'greater_than', 12, true],
    ['/properties/total', 'greater_than', 12.5, false],
    ['/properties/total', 'greater_than', '12', false],
    ['/properties/total', 'less_than', 13, true],
    ['/properties/total', 'less_than', 12.5, false],
    ['/properties/coupon', 'less_than', 1, false],
    ['/properties/none', 'less_than', 1, false],
    ['/properties/at', 'greater_than', '2026-01-01', true],
    ['/properties/at', 'less_than', '2026-01-01', false],
    ['/properties/plan', 'contains', 'r', true],
    ['/properties/plan', 'contains', 'R', false],
    ['/properties/tags', 'contains', 'new', true],
    ['/properties/tags', 'contains', 5, true],
    ['/properties/tags', 'contains', 'ne', false],
    ['/properties/total', 'contains', 1, false],
    ['/properties/none', 'contains', 'x', false],
    ['/properties/a~1b/~0', 'equals', 1, true],
    ['/properties/items/0/sku', 'equals', 'x', true],
    ['/properties/items/1/sku', 'exists', undefined, false],
    ['/properties/items/length', 'exists', undefined, false],
    ['/properties/items/00', 'exists', undefined, false],
    ['/properties/constructor', 'exists', undefined, false],
    ['/properties/__proto__', 'exists', undefined, false],
    ['/properties/plan/length', 'exists', undefined, false],
    ['/type', 'equals', 'track', true],
  ])('%s %s %j: %s', (pointer, operator, value, verdict) => {
    expect(passes(condition(pointer, operator, value))).toBe(verdict);
  });

  it('requires every part and every condition to match', () => {
    const [yes, no] = [condition('/type', 'exists'), condition('/none', 'exists')].map(
      ({ properties }) => properties,
    );
    expect(passes({ types: ['track'], events: ['Order*'], properties: yes })).toBe(true);
    expect(passes({ types: ['page'], events: ['Order*'], properties: yes })).toBe(false);
    expect(passes({ types: ['track'], events: ['Cart*'], properties: yes })).toBe(false);
    expect(passes({ types: ['track'], events: ['Order*'], properties: no })).toBe(false);
    expect(passes({ properties: [...yes!, ...no!] })).toBe(false);
  });

  it.each([
    [[]],
    ['text'],
    [5],
    [{ unknown: 1 }],
    [{ properties: [[condition('/a', 'exists').properties[0]]] }],
  ])('throws for the stored filter %j instead of letting every event pass', (stored) => {
    expect(() => compileFilter(stored)).toThrow(FilterUnreadable);
  });
});

describe('checkFilter', () => {
  const pointersOf = (given: unknown): string[] => {
    const checked = checkFilter(given);
    return 'faults' in checked ? checked.faults.map(({ pointer }) => pointer).sort() : [];
  };

  it('returns a valid filter', () => {
    const filter = {
      types: ['track'],
      events: ['a*'],
      ...condition('/properties/plan', 'in', ['a', 1, true, null]),
    };
    expect(checkFilter(filter)).toEqual({ filter });
  });

  it.each([
    [{ type: ['track'] }, ['/type']],
    [{ types: ['tracks'] }, ['/types']],
    [{ types: [] }, ['/types']],
    [{ types: 'track' }, ['/types']],
    [{ events: [] }, ['/events']],
    [{ events: [''] }, ['/events']],
    [{ events: [5] }, ['/events']],
    [{ events: ['x'.repeat(201)] }, ['/events']],
    [{ events: Array.from({ length: 101 }, () => 'x') }, ['/events']],
    [{ properties: {} }, ['/properties']],
    [{ properties: ['x'] }, ['/properties']],
    [{ properties: [[]] }, ['/properties']],
    [
      { properties: Array.from({ length: 101 }, () => condition('/a', 'exists').properties[0]) },
      ['/properties'],
    ],
    [condition('properties.plan', 'exists'), ['/properties/0/pointer']],
    [condition('', 'exists'), ['/properties/0/pointer']],
    [condition('/a~2', 'exists'), ['/properties/0/pointer']],
    [condition('/a'.repeat(21), 'exists'), ['/properties/0/pointer']],
    [condition(`/${'a'.repeat(256)}`, 'exists'), ['/properties/0/pointer']],
    [condition('/a', 'matches', 'x'), ['/properties/0/operator']],
    [condition('/a', 'equals'), ['/properties/0/value']],
    [condition('/a', 'equals', ['x']), ['/properties/0/value']],
    [condition('/a', 'equals', 'x'.repeat(1001)), ['/properties/0/value']],
    [condition('/a', 'in', 'x'), ['/properties/0/value']],
    [condition('/a', 'in', []), ['/properties/0/value']],
    [condition('/a', 'in', [{}]), ['/properties/0/value']],
    [condition('/a', 'exists', 1), ['/properties/0/value']],
    [condition('/a', 'less_than', true), ['/properties/0/value']],
    [{ properties: [{ pointer: '/a', operator: 'exists', extra: 1 }] }, ['/properties/0/extra']],
    [{ properties: [{}] }, ['/properties/0/operator', '/properties/0/pointer']],
  ])('refuses %j at %j', (given, pointers) => {
    expect(pointersOf(given)).toEqual(pointers);
  });

  it('says which value an operator needs', () => {
    expect(checkFilter(condition('/a', 'in', 'x'))).toMatchObject({
      faults: [
        { detail: 'value must be a list of 1 to 100 texts, numbers, booleans or nulls for this operator' },
      ],
    });
  });
});

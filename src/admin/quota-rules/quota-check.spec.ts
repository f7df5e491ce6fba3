import { describe, expect, it } from 'vitest';
import { DEFAULT_QUOTAS } from '../../config/quotas.js';
import { WorkspaceQuotas } from '../../database/entities/workspace.entity.js';
import { exceededBy, growthOf } from './quota-check.js';
import { limitsOf, QUOTA_NAMES } from './quota-limits.js';

const steps = (...texts: string[]) =>
  texts.map((text) => {
    const [action = '', resourceType = ''] = text.split(' ');
    return { action, resourceType };
  });

describe('the growth of a change', () => {
  it('is what it creates, less what it deletes, for each kind', () => {
    const created = ['create source', 'create source', 'create write_key', 'create token'];
    const deleted = ['delete source', 'delete connection'];
    expect(Object.fromEntries(growthOf(steps(...created, ...deleted)))).toEqual({
      sources: 1,
      writeKeys: 1,
      tokens: 1,
      connections: -1,
    });
  });

  it('leaves out other actions, and kinds without a quota', () => {
    expect(growthOf(steps('create workspace', 'create replay')).size).toBe(0);
    const others = growthOf(steps('update source', 'test destination', 'rotate write_key'));
    expect([...others.values()]).toEqual([0, 0, 0]);
  });
});

describe('the quotas that growth exceeds', () => {
  const limits = { ...DEFAULT_QUOTAS, sources: 3 };

  it.each([
    { name: 'none up to the limit', rows: 1, used: 2, isExceeded: false },
    { name: 'one past it', rows: 1, used: 3, isExceeded: true },
    { name: 'one past it by many', rows: 5, used: 1, isExceeded: true },
    { name: 'one that was exceeded before, when it grows further', rows: 1, used: 8, isExceeded: true },
    { name: 'none without growth, however many there are', rows: 0, used: 8, isExceeded: false },
    { name: 'none when it shrinks', rows: -1, used: 8, isExceeded: false },
  ])('are $name', ({ rows, used, isExceeded }) => {
    const exceeded = [{ name: 'sources', limit: 3, used, needed: used + rows }];
    expect(exceededBy(new Map([['sources', rows]]), { sources: used }, limits)).toEqual(
      isExceeded ? exceeded : [],
    );
  });

  it('are several at once', () => {
    const growth = new Map([
      ['sources', 1],
      ['tokens', 1],
      ['connections', 1],
    ] as const);
    const use = { sources: 3, tokens: 1, connections: 0 };
    const names = exceededBy(growth, use, { ...limits, tokens: 1, connections: 1 }).map(({ name }) => name);
    expect(names).toEqual(['sources', 'tokens']);
  });
});

describe('the limits of a workspace', () => {
  const config = { QUOTAS: DEFAULT_QUOTAS, APPLY_MAX_ENTRIES: 5_000 };
  const own = (set: Partial<WorkspaceQuotas>) =>
    Object.assign(new WorkspaceQuotas(), Object.fromEntries(QUOTA_NAMES.map((name) => [name, null])), set);

  it('are the defaults without its own, and its own in their place', () => {
    const defaults = { ...DEFAULT_QUOTAS, applyEntries: 5_000 };
    expect(limitsOf(config, null)).toEqual(defaults);
    expect(limitsOf(config, own({}))).toEqual(defaults);
    expect(limitsOf(config, own({ sources: 0, tokens: 900 }))).toEqual({
      ...defaults,
      sources: 0,
      tokens: 900,
    });
  });

  it('hold an apply to the bound of the instance, also where it was lowered later', () => {
    expect(limitsOf(config, own({ applyEntries: 10 })).applyEntries).toBe(10);
    expect(limitsOf({ ...config, APPLY_MAX_ENTRIES: 5 }, own({ applyEntries: 10 })).applyEntries).toBe(5);
  });
});

import { describe, expect, it } from 'vitest';
import { nested } from '../../../test/support/a-call.js';
import { isJsonObject } from '../../events/event.js';
import { deepMerge, isDeeperThan } from './json.js';

describe('isJsonObject', () => {
  it.each([
    [{}, true],
    [[], false],
    [null, false],
    ['x', false],
    [undefined, false],
  ])('%o: %s', (value, is) => {
    expect(isJsonObject(value)).toBe(is);
  });
});

describe('isDeeperThan', () => {
  it('counts the outermost object as one level', () => {
    expect(isDeeperThan(1, 0)).toBe(false);
    expect(isDeeperThan({}, 0)).toBe(true);
    expect(isDeeperThan({ a: 1 }, 1)).toBe(false);
    expect(isDeeperThan({ a: [] }, 1)).toBe(true);
    expect(isDeeperThan(nested(200), 200)).toBe(false);
    expect(isDeeperThan(nested(201), 200)).toBe(true);
  });

  it('survives what would exhaust the stack', () => {
    expect(isDeeperThan(nested(200_000), 200)).toBe(true);
  });
});

describe('deepMerge', () => {
  it('goes inside where both have an object, and otherwise the second wins, also with null', () => {
    const under = { a: { b: 1, c: { d: 1 } }, e: { f: 1 }, g: [1, 2], h: 1 };
    const over = { a: { c: { x: 2 } }, e: null, g: [3], i: 2 };
    expect(deepMerge(under, over)).toEqual({ a: { b: 1, c: { d: 1, x: 2 } }, e: null, g: [3], h: 1, i: 2 });
  });

  it('changes neither of the two', () => {
    const under = { a: { b: 1 } };
    deepMerge(under, { a: { c: 1 } });
    expect(under).toEqual({ a: { b: 1 } });
  });

  it('keeps a key called __proto__ and touches no prototype', () => {
    const under = JSON.parse('{"__proto__":{"x":1},"a":{"__proto__":{"y":1}}}') as object;
    const over = JSON.parse(
      '{"__proto__":{"z":1},"constructor":{"w":1},"a":{"__proto__":{"v":1}}}',
    ) as object;
    const merged = deepMerge({ ...under }, { ...over });
    expect(JSON.stringify(merged)).toBe(
      '{"__proto__":{"x":1,"z":1},"a":{"__proto__":{"y":1,"v":1}},"constructor":{"w":1}}',
    );
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

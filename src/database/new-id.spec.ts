import { describe, expect, it } from 'vitest';
import { newId, randomText } from './new-id.js';

describe('newId', () => {
  it('is the prefix and 22 characters of base 62', () => {
    expect(newId('src')).toMatch(/^src_[0-9A-Za-z]{22}$/);
  });

  it('does not repeat itself', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newId('wsp'))).size).toBe(1_000);
  });

  it('sorts by time, byte by byte', () => {
    const times = [0, 61, 62, 1_795_305_600_000, 1_795_305_600_001, 8e14 / 4];
    const ids = times.map((time) => newId('src', time));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids.map(({ length }) => length))).toEqual(new Set([26]));
  });
});

describe('randomText', () => {
  it('uses the whole alphabet', () => {
    expect(new Set(randomText(5_000)).size).toBe(62);
  });
});

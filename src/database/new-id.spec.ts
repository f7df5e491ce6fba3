import { describe, expect, it } from 'vitest';
import { newId, randomText } from './new-id.js';

describe('newId', () => {
  it('is the prefix and 20 characters of base 62', () => {
    expect(newId('src')).toMatch(/^src_[0-9A-Za-z]{20}$/);
  });

  it('does not repeat itself', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newId('wsp'))).size).toBe(1_000);
  });
});

describe('randomText', () => {
  it('uses the whole alphabet', () => {
    expect(new Set(randomText(5_000)).size).toBe(62);
  });
});

import { describe, expect, it } from 'vitest';
import { hashOf, prefixOf } from './credential.js';

describe('hashOf', () => {
  it('is the SHA-256 of the UTF-8 text', () => {
    expect(hashOf('abc').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(hashOf('clé')).toHaveLength(32);
  });
});

describe('prefixOf', () => {
  it.each([
    ['12345678', '12'],
    ['1234567890123456', '1234'],
    ['x'.repeat(200), 'xxxxxxxx'],
  ])('shows at most a quarter of %s', (credential, prefix) => {
    expect(prefixOf(credential)).toBe(prefix);
  });
});

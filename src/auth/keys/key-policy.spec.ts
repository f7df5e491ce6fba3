import { describe, expect, it } from 'vitest';
import { compilePolicy, type KeyPolicy, policyIn, storedPolicy, wholePolicy } from './key-policy.js';

const OPEN: KeyPolicy = {
  scopes: ['server', 'browser', 'pixel'],
  allowedOrigins: [],
  allowedCidrs: [],
  rateLimit: null,
};

describe('a stored policy', () => {
  it.each<[string, Partial<KeyPolicy>, Partial<KeyPolicy>]>([
    [
      'scopes in one order, each once',
      { scopes: ['pixel', 'server', 'pixel'] },
      { scopes: ['server', 'pixel'] },
    ],
    [
      'origins in lower case, each once',
      { allowedOrigins: ['https://A.example', 'https://a.example:443'] },
      { allowedOrigins: ['https://a.example'] },
    ],
    ['networks by their first address', { allowedCidrs: ['10.1.2.3/8'] }, { allowedCidrs: ['10.0.0.0/8'] }],
    ['entries that cannot be read, as they are', { allowedCidrs: ['10/8'] }, { allowedCidrs: ['10/8'] }],
    ['no limit', { rateLimit: null }, { rateLimit: null }],
    ['only given fields', { rateLimit: 5 }, { rateLimit: 5 }],
  ])('has %s', (_, given, stored) => {
    expect(storedPolicy(given)).toEqual(stored);
    expect(wholePolicy(given)).toEqual({ ...OPEN, ...stored });
  });

  it('is read from a row without the other columns', () => {
    const row = { ...OPEN, id: 'wkey_1', rateLimit: 5 };
    expect(policyIn(row)).toEqual({ ...OPEN, rateLimit: 5 });
  });
});

describe('compilePolicy', () => {
  it('restricts nothing that is left out', () => {
    expect(compilePolicy('{"rateLimit":7}')).toEqual({
      scopes: undefined,
      origins: undefined,
      networks: undefined,
      rateLimit: 7,
      stored: { rateLimit: 7 },
    });
  });

  it('keeps an empty list of scopes, which admits no caller', () => {
    expect(compilePolicy('{"scopes":[]}').scopes).toEqual(new Set());
  });
});

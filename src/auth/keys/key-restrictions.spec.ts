import { describe, expect, it } from 'vitest';
import { knownKey } from '../../../test/support/known-key.js';
import { type Caller } from './caller.js';
import { keyRefusalOf, type KeyRefusal, isLive } from './key-restrictions.js';
import { type KnownKey } from './known-key.js';

const NOW = 1_000;
const PAGE = 'https://app.example.com';
const server: Caller = { kind: 'server', origin: undefined, address: '10.1.2.3' };
const browser: Caller = { kind: 'browser', origin: PAGE, address: '10.1.2.3' };
const pixel: Caller = { kind: 'pixel', origin: undefined, address: '10.1.2.3' };

const disabled = { source: { enabled: false } };
const pages = { policy: { allowedOrigins: ['https://*.example.com'] } };
const office = { policy: { allowedCidrs: ['10.0.0.0/8'] } };
const everything = {
  policy: { scopes: ['browser' as const], allowedOrigins: [PAGE], allowedCidrs: ['10.0.0.0/8'] },
};

describe('keyRefusalOf', () => {
  it.each<[string, KnownKey, Caller, KeyRefusal | undefined]>([
    ['a live key for anybody', knownKey(), server, undefined],
    ['a revoked key', knownKey({ revoked: true }), server, 'revoked'],
    ['a key that expires now', knownKey({ expiresAt: NOW }), server, 'expired'],
    ['a key that expires later', knownKey({ expiresAt: NOW + 1 }), server, undefined],
    ['a revoked key, expired too', knownKey({ revoked: true, expiresAt: 0 }), server, 'revoked'],
    ['a disabled source', knownKey(disabled), server, 'source_disabled'],
    ['an expired key of a disabled source', knownKey({ ...disabled, expiresAt: 0 }), server, 'expired'],
    [
      'a server without the scope',
      knownKey({ policy: { scopes: ['browser'] } }),
      server,
      'scope_not_allowed',
    ],
    ['a page without the scope', knownKey({ policy: { scopes: ['server'] } }), browser, 'scope_not_allowed'],
    ['a pixel without the scope', knownKey({ policy: { scopes: ['server'] } }), pixel, 'scope_not_allowed'],
    ['anybody with its scope', knownKey({ policy: { scopes: ['pixel'] } }), pixel, undefined],
    ['anybody without any scope', knownKey({ policy: { scopes: [] } }), server, 'scope_not_allowed'],
    ['a page of an allowed origin', knownKey(pages), browser, undefined],
    ['a page of another', knownKey(pages), { ...browser, origin: 'https://b.example' }, 'origin_not_allowed'],
    ['a page that hides its origin', knownKey(pages), { ...browser, origin: 'null' }, 'origin_not_allowed'],
    ['a page without one', knownKey(pages), { ...browser, origin: undefined }, 'origin_not_allowed'],
    ['a server, whatever the origins', knownKey(pages), server, undefined],
    ['a pixel without an origin', knownKey(pages), pixel, undefined],
    ['a pixel of an allowed origin', knownKey(pages), { ...pixel, origin: PAGE }, undefined],
    ['a pixel of another', knownKey(pages), { ...pixel, origin: 'https://b.example' }, 'origin_not_allowed'],
    ['an address inside', knownKey(office), server, undefined],
    ['an address outside', knownKey(office), { ...server, address: '192.0.2.1' }, 'address_not_allowed'],
    ['an unknown address', knownKey(office), { ...server, address: undefined }, 'address_not_allowed'],
    ['whoever fits everything', knownKey(everything), browser, undefined],
    [
      'whoever fits all but the address',
      knownKey(everything),
      { ...browser, address: '::1' },
      'address_not_allowed',
    ],
  ])('judges %s', (_, key, caller, fault) => {
    expect(keyRefusalOf(key, caller, NOW)).toBe(fault);
  });
});

describe('isLive', () => {
  it.each<[string, KnownKey, boolean]>([
    ['a key of a disabled source', knownKey(disabled), true],
    ['a key that expires later', knownKey({ expiresAt: NOW + 1 }), true],
    ['a key that expires now', knownKey({ expiresAt: NOW }), false],
    ['a revoked key', knownKey({ revoked: true }), false],
  ])('of %s: %s', (_, key, live) => expect(isLive(key, NOW)).toBe(live));
});

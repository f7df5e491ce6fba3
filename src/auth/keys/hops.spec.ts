import { describe, expect, it } from 'vitest';
import { addressOfHop, forwardedHops, hopsOf } from './hops.js';

describe('addressOfHop', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:51008', '203.0.113.7'],
    ['203.0.113.7:_gazonk', '203.0.113.7'],
    ['"203.0.113.7:51008"', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:51008', '2001:db8::1'],
    ['"[2001:db8::1]:51008"', '2001:db8::1'],
    ['2001:db8:0:0:0:0:0:1:51008', '2001:db8:0:0:0:0:0:1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:443', 'fe80::1'],
    ['[fe80::1%en0]', 'fe80::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
  ])('of %s is %s', (hop, address) => expect(addressOfHop(hop)).toBe(address));

  it.each([
    ...[
      '',
      'unknown',
      '_hidden',
      '-',
      '(null)',
      '<script>',
      'proxy.example.com',
      '203.0.113',
      '203.0.113.256',
    ],
    ...['0203.0.113.7', '[203.0.113.7', '203.0.113.7:', '203.0.113.7:123456', '203.0.113.7:1:2', '[]', '1'],
    ...['203.0.113.7 10.0.0.1', '203.0.113.7%eth0', 'for=203.0.113.7'],
  ])('of %s is unknown', (hop) => expect(addressOfHop(hop)).toBeUndefined());
});

describe('hopsOf X-Forwarded-For', () => {
  it.each<[string | undefined, string[]]>([
    [undefined, []],
    ['', []],
    ['203.0.113.7', ['203.0.113.7']],
    ['203.0.113.7,10.0.0.6', ['203.0.113.7', '10.0.0.6']],
    [', 203.0.113.7:51008 , , 10.0.0.6:4711,', ['203.0.113.7:51008', '10.0.0.6:4711']],
  ])('%s', (header, hops) => expect(hopsOf(header)).toEqual(hops));
});

describe('forwardedHops (RFC 7239)', () => {
  it.each<[string | undefined, string[]]>([
    [undefined, []],
    ['for=192.0.2.60;proto=http;by=203.0.113.43', ['192.0.2.60']],
    ['For="[2001:db8:cafe::17]:4711"', ['[2001:db8:cafe::17]:4711']],
    ['for=192.0.2.43, for=198.51.100.17', ['192.0.2.43', '198.51.100.17']],
    [
      'for=192.0.2.43,for="[2001:db8:cafe::17]",for=unknown',
      ['192.0.2.43', '[2001:db8:cafe::17]', 'unknown'],
    ],
    ['proto=https ; FOR = "_gazonk" ', ['_gazonk']],
    // A separator or a backslash inside of quotes is text.
    ['for="192.0.2.1, for=10.0.0.1"', ['192.0.2.1, for=10.0.0.1']],
    ['for="192.0.2.\\1";by="a;for=10.0.0.1,b"', ['192.0.2.1']],
    // An element without `for` is a hop of which nothing is known.
    ['for=192.0.2.43, proto=https', ['192.0.2.43', '']],
    ['for="192.0.2.43', ['']],
    ['garbage', ['']],
  ])('%s', (header, hops) => expect(forwardedHops(header)).toEqual(hops));

  it('takes time in proportion to the header', () => {
    for (const part of ['"', 'for="\\', ';', 'for=', 'for="a",', ' ']) {
      const started = performance.now();
      forwardedHops(part.repeat(60_000));
      expect(performance.now() - started).toBeLessThan(2_000);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { networkOf, Networks } from './networks.js';

describe('Networks', () => {
  it.each<[string, string | undefined, boolean]>([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['0.0.0.0/0', '203.0.113.7', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['203.0.113.7/32', '203.0.113.7', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::1', '2001:DB8:0::1', true],
    ['::/0', '2001:db8::1', true],
    ['::/0', '10.0.0.1', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '11.1.2.3', false],
    ['::ffff:203.0.113.7', '203.0.113.7', true],
    ['10.0.0.0/8', undefined, false],
    ['10.0.0.0/8', '', false],
    ['10.0.0.0/8', 'unknown', false],
    ['nonsense', '10.0.0.1', false],
    ['10.0.0.0/64', '10.0.0.1', false],
  ])('a list of %s, asked for %s: %s', (cidr, address, admitted) => {
    expect(new Networks([cidr]).admit(address)).toBe(admitted);
  });

  it('admit what any entry admits', () => {
    const networks = new Networks(['10.0.0.0/8', 'nonsense', '2001:db8::/32']);
    expect(['10.1.1.1', '2001:db8::1', '192.0.2.1'].map((address) => networks.admit(address))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('networkOf', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['203.0.113.7', '203.0.113.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0::1/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
    ['10.1/16', undefined],
    ['010.0.0.1/8', undefined],
    ['0x0a000001', undefined],
    ['10.0.0.0/33', undefined],
    ['10.0.0.0/8/8', undefined],
    ['10.0.0.0/', undefined],
    ['fe80::1%eth0/64', undefined],
    ['example.com/8', undefined],
    ['', undefined],
  ])('of %s is %s', (text, network) => expect(networkOf(text)).toBe(network));
});

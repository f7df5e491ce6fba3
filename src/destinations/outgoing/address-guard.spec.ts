import { describe, expect, it } from 'vitest';
import { AddressGuard } from './address-guard.js';

const guard = new AddressGuard([]);

describe('AddressGuard', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback elsewhere in its network', '127.8.9.10'],
    ['unspecified', '0.0.0.0'],
    ['RFC 1918, 10', '10.1.2.3'],
    ['RFC 1918, 172.16', '172.31.255.254'],
    ['RFC 1918, 192.168', '192.168.0.1'],
    ['link-local metadata', '169.254.169.254'],
    ['CGNAT', '100.64.0.1'],
    ['TEST-NET', '192.0.2.1'],
    ['benchmark net', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped metadata in hex', '::ffff:a9fe:a9fe'],
    ['IPv4-compatible loopback', '::127.0.0.1'],
    ['NAT64 of a private address', '64:ff9b::10.0.0.1'],
    ['local NAT64', '64:ff9b:1::7f00:1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['unique local', 'fd00::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local, deprecated', 'fec0::1'],
    ['documentation', '2001:db8::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['nothing', ''],
    ['a name', 'localhost'],
  ])('refuses %s', (_, ip) => {
    expect(guard.faultOf(ip, 'https:')).toBe('address_blocked');
  });

  it.each([
    '93.184.216.34',
    '2606:2800:220:1:248:1893:25c8:1946',
    '::ffff:93.184.216.34',
    '64:ff9b::5db8:d822',
  ])('permits the public address %s, encrypted only', (ip) => {
    expect(guard.faultOf(ip, 'https:')).toBeUndefined();
    expect(guard.faultOf(ip, 'http:')).toBe('https_required');
  });

  it('permits the networks that the operator allows, and no others', () => {
    const open = new AddressGuard(['10.0.0.0/8', 'fd00::/8']);
    expect(open.faultOf('10.1.2.3', 'http:')).toBeUndefined();
    expect(open.faultOf('::ffff:10.1.2.3', 'http:')).toBeUndefined();
    expect(open.faultOf('fd00::1', 'https:')).toBeUndefined();
    expect(open.faultOf('11.1.2.3', 'http:')).toBe('https_required');
    expect(open.faultOf('127.0.0.1', 'http:')).toBe('address_blocked');
  });
});

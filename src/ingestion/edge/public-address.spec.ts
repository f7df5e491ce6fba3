import { type Request } from 'express';
import { describe, expect, it } from 'vitest';
import { publicAddressOf } from './public-address.js';

const request = (host: string | undefined, protocol = 'http', localAddress = '192.0.2.1'): Request =>
  ({ host, protocol, socket: { localAddress, localPort: 8080 } }) as unknown as Request;

describe('publicAddressOf', () => {
  it.each([
    ['collector.example.com', 'https', { protocol: 'https', host: 'collector.example.com' }],
    ['127.0.0.1:8080', 'http', { protocol: 'http', host: '127.0.0.1:8080' }],
    ['[2001:db8::1]:443', 'https', { protocol: 'https', host: '[2001:db8::1]:443' }],
    ['a.example', 'gopher', { protocol: 'http', host: 'a.example' }],
  ])('is what the client used: %s by %s', (host, protocol, expected) => {
    expect(publicAddressOf(request(host, protocol))).toEqual(expected);
  });

  it.each([undefined, '', 'a b', '"><script>', 'a/b', 'user@host', 'a:b'])(
    'is our own where %j is no host',
    (host) => {
      expect(publicAddressOf(request(host))).toEqual({ protocol: 'http', host: '192.0.2.1:8080' });
      expect(publicAddressOf(request(host, 'http', '::1')).host).toBe('[::1]:8080');
    },
  );

  it.each([
    ['https://events.example.com', { protocol: 'https', host: 'events.example.com' }],
    ['http://example.com:8080/collect/', { protocol: 'http', host: 'example.com:8080/collect' }],
  ])('is %s when that is configured', (configured, expected) => {
    expect(publicAddressOf(request('other.example'), configured)).toEqual(expected);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';
import { knownKey } from '../../support/known-key.js';

const TRUSTED_PROXIES = '127.0.0.0/8, 10.0.0.0/8, 2001:db8::/32';
const office = knownKey({ policy: { allowedCidrs: ['203.0.113.0/24'] } });

const servers: Record<'direct' | 'behind' | 'rfc7239', Ingestion> = {} as never;
beforeAll(async () => {
  servers.direct = await startIngestion();
  servers.behind = await startIngestion({ TRUSTED_PROXIES }, { office });
  servers.rfc7239 = await startIngestion({ TRUSTED_PROXIES, CLIENT_ADDRESS_HEADER: 'forwarded' }, { office });
});
afterEach(() => Object.values(servers).forEach(({ log }) => log.reset()));
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

async function ipOf(server: Ingestion, path: string, forwarded?: string, context = {}) {
  const message = { type: 'track', userId: 'u', event: 'e', context, writeKey: KEY };
  await fetch(`${server.address}${path}`, {
    method: 'POST',
    headers: forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded },
    body: JSON.stringify({ ...message, batch: [message] }),
  });
  return server.events().at(-1)?.context['ip'];
}

describe('the address of a user', () => {
  it.each([
    [undefined, '127.0.0.1'],
    ['203.0.113.7', '203.0.113.7'],
    ['1.1.1.1, 203.0.113.7', '203.0.113.7'],
    ['1.1.1.1, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['203.0.113.7:5678, 10.1.2.3', '203.0.113.7'],
    ['[2001:db9::1]:443', '2001:db9::1'],
    ['2001:db9::1, 2001:db8::5', '2001:db9::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['10.1.2.3, 10.1.2.4', '10.1.2.3'],
    ['unknown', undefined],
    ['<script>', undefined],
    ['203.0.113.7:51008, 10.0.0.6:4711', '203.0.113.7'],
    ['1.1.1.1, 203.0.113.7:51008, 10.0.0.6:4711, [2001:db8::5]:80', '203.0.113.7'],
    ['[2001:db9::1]:51008, [2001:db8::5%eth0]:4711', '2001:db9::1'],
    ['2001:db9::1, [2001:db8::5]', '2001:db9::1'],
    ['fe80::1%eth0, ::ffff:10.0.0.6', 'fe80::1'],
    ['203.0.113.7, ::ffff:0a00:0006', '203.0.113.7'],
    ['203.0.113.7, "10.0.0.6:4711"', '203.0.113.7'],
    ['203.0.113.7,, 10.0.0.6 ,', '203.0.113.7'],
    ['203.0.113.7, unknown', undefined],
    ['203.0.113.7, unknown, 10.0.0.6', undefined],
    ['unknown, 203.0.113.7, 10.0.0.6', '203.0.113.7'],
    ['unknown, 10.0.0.6', undefined],
    ['10.0.0.5:1, 10.0.0.6:2', '10.0.0.5'],
  ])('behind a trusted proxy that says %s is %s', async (forwarded, ip) => {
    expect(await ipOf(servers.behind, '/v1/t', forwarded)).toBe(ip);
  });

  it('is the peer when nobody is trusted', async () => {
    expect(await ipOf(servers.direct, '/v1/t', '203.0.113.7')).toBe('127.0.0.1');
  });

  it.each([
    ['/v1/t', '127.0.0.1'],
    ['/v1/t/', '127.0.0.1'],
    ['/v1/b', '127.0.0.1'],
    [`/beacon/v1/batch?writeKey=${KEY}`, '127.0.0.1'],
    ['/v1/track', undefined],
    ['/v1/batch', undefined],
    ['/v1/import', undefined],
  ])('is filled in at %s: %s', async (path, ip) => {
    expect(await ipOf(servers.direct, path)).toBe(ip);
  });

  it('is filled in for a server that says the call comes from a device, and never overwritten', async () => {
    expect(await ipOf(servers.direct, '/v1/track', undefined, { direct: true })).toBe('127.0.0.1');
    expect(await ipOf(servers.direct, '/v1/t', undefined, { ip: '0.0.0.0' })).toBe('0.0.0.0');
  });
});

describe('RFC 7239', () => {
  const forwarded = (Forwarded: string, more = {}) => ({ Forwarded, ...more });

  it.each<[string, Record<string, string>, string | undefined]>([
    ['an address', forwarded('for=203.0.113.7;proto=https'), '203.0.113.7'],
    ['ports and brackets', forwarded('for="203.0.113.7:51008", for="[2001:db8::5]:4711"'), '203.0.113.7'],
    ['a zone', forwarded('For="[fe80::1%25eth0]"'), 'fe80::1'],
    ['a spoofed entry ahead', forwarded('for=1.1.1.1, for=203.0.113.7, for=10.0.0.6'), '203.0.113.7'],
    ['unknown', forwarded('for=203.0.113.7, for=unknown'), undefined],
    ['a hidden caller', forwarded('for=_hidden'), undefined],
    ['another header too', forwarded('for=203.0.113.7', { 'X-Forwarded-For': '1.1.1.1' }), '203.0.113.7'],
    ['another header only', { 'X-Forwarded-For': '1.1.1.1' }, '127.0.0.1'],
  ])('with %s', async (_, headers, ip) => {
    await fetch(`${servers.rfc7239.address}/v1/t`, {
      method: 'POST',
      headers: { ...headers, ...withKey() },
      body: '{"userId":"u","event":"e"}',
    });
    expect(servers.rfc7239.events().at(-1)?.context['ip']).toBe(ip);
  });

  it('is not read unless it is the source', async () => {
    await fetch(`${servers.behind.address}/v1/t`, {
      method: 'POST',
      headers: { Forwarded: 'for=1.1.1.1', 'X-Forwarded-For': '203.0.113.7', ...withKey() },
      body: '{"userId":"u","event":"e"}',
    });
    expect(servers.behind.events().at(-1)?.context['ip']).toBe('203.0.113.7');
  });
});

describe('the restriction of a key to networks', () => {
  it.each<['behind' | 'rfc7239', Record<string, string>, number]>([
    ['behind', { 'X-Forwarded-For': '203.0.113.7:51008, 10.0.0.6:4711' }, 200],
    ['behind', { 'X-Forwarded-For': '203.0.113.7, 198.51.100.1:51008, 10.0.0.6:4711' }, 403],
    ['behind', { 'X-Forwarded-For': '203.0.113.7, unknown' }, 403],
    ['behind', { 'X-Forwarded-For': '[::ffff:203.0.113.7]:51008' }, 200],
    ['rfc7239', { Forwarded: 'for="203.0.113.7:51008", for=10.0.0.6' }, 200],
    ['rfc7239', { Forwarded: 'for=203.0.113.7, for=198.51.100.1' }, 403],
    ['rfc7239', { 'X-Forwarded-For': '203.0.113.7' }, 403],
  ])('%s %o: %i', async (server, headers, status) => {
    const answer = await fetch(`${servers[server].address}/v1/track`, {
      method: 'POST',
      headers: { ...headers, ...withKey('office') },
      body: '{"userId":"u","event":"e"}',
    });
    expect(answer.status).toBe(status);
  });
});

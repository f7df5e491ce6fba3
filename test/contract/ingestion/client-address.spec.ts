import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion } from '../../support/ingestion-app.js';

const servers: Record<'direct' | 'behind', Ingestion> = {} as never;
beforeAll(async () => {
  servers.direct = await startIngestion();
  servers.behind = await startIngestion({ TRUSTED_PROXIES: '127.0.0.0/8, 10.0.0.0/8, 2001:db8::/32' });
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

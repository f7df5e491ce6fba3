import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());

const get = (path: string, headers: Record<string, string> = {}, server = ingestion) =>
  fetch(`${server.address}${path}`, { headers });
const problem = (code: string) => ({ success: false, code, message: expect.stringMatching(/./) as string });

describe("the settings of Segment's SDKs", () => {
  it.each(['/v1/projects/%s/settings', '/v1/projects/projects/%s/settings', '/v1/projects/%s/settings/'])(
    'are at %s',
    async (path) => {
      const answer = await get(path.replace('%s', KEY), { Origin: 'https://page.example' });
      const host = `127.0.0.1:${ingestion.port}`;
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('private, max-age=60');
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://page.example');
      expect(await answer.json()).toMatchObject({
        integrations: {
          'Segment.io': {
            apiKey: KEY,
            apiHost: `${host}/v1`,
            protocol: 'http',
            httpConfig: { rateLimitConfig: { enabled: true }, backoffConfig: { enabled: true } },
          },
        },
        plan: { track: { __default: { enabled: true } } },
        middlewareSettings: { routingRules: [] },
        metrics: { sampleRate: 0 },
      });
    },
  );

  it('name no destination but us: the browser would load its code from elsewhere', async () => {
    const { integrations } = (await (await get(`/v1/projects/${KEY}/settings`)).json()) as {
      integrations: object;
    };
    expect(Object.keys(integrations)).toEqual(['Segment.io']);
  });

  it('are not there for an unknown key, and are for a disabled source', async () => {
    const answer = await get('/v1/projects/unknown/settings', { Origin: 'https://page.example' });
    expect([answer.status, await answer.json()]).toEqual([404, problem('not_found')]);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://page.example');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await get('/v1/projects/disabled-key/settings')).status).toBe(200);
  });

  it.each(['%E0%A4%A', '%zz', '%00', '..%2f..', 'a'.repeat(5000)])(
    'take %s for a key that is none',
    async (key) => {
      expect([400, 404]).toContain((await get(`/v1/projects/${key}/settings`)).status);
    },
  );

  const hostIn = async (headers: Record<string, string>, environment: Record<string, string>) => {
    const server = await startIngestion(environment);
    const answer = await get(`/v1/projects/${KEY}/settings`, headers, server);
    const settings = (await answer.json()) as {
      integrations: Record<string, { apiHost: string; protocol?: string }>;
    };
    await server.close();
    const { apiHost, protocol } = settings.integrations['Segment.io']!;
    const cached = answer.headers.get('cache-control')?.split(',')[0];
    return [apiHost.replace(String(server.port), 'PORT'), protocol, cached];
  };
  const forwarded = { 'X-Forwarded-Host': 'events.example.com', 'X-Forwarded-Proto': 'https' };

  it('send SDKs to the host they used, a trusted proxy says which, and the operator best of all', async () => {
    // Only an answer without the request's host may be kept by caches that callers share.
    expect(await hostIn(forwarded, {})).toEqual(['127.0.0.1:PORT/v1', 'http', 'private']);
    expect(await hostIn(forwarded, { TRUSTED_PROXIES: '127.0.0.0/8' })).toEqual([
      'events.example.com/v1',
      undefined,
      'private',
    ]);
    expect(await hostIn(forwarded, { PUBLIC_URL: 'https://a.example/in/' })).toEqual([
      'a.example/in/v1',
      undefined,
      'public',
    ]);
  });
});

describe("the settings of RudderStack's browser SDK", () => {
  const source = {
    id: 'src_1',
    name: 'src_1',
    writeKey: KEY,
    workspaceId: 'ws_1',
    enabled: true,
    destinations: [],
  };
  const reports = { errors: { enabled: false }, metrics: { enabled: false } };

  it.each([
    ['/sourceConfig/?p=npm&v=3.34.1&build=modern', withKey()],
    [`/sourceConfig/?writeKey=${KEY}&lockPluginsVersion=false`, {}],
    [`/sourceConfig?writeKey=x`, withKey()],
  ])('are at %s', async (path, headers) => {
    const answer = await get(path, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('private, max-age=60');
    expect(await answer.json()).toEqual({ source: { ...source, config: { statsCollection: reports } } });
  });

  it('tell a disabled source to stop', async () => {
    expect(await (await get('/sourceConfig', withKey('disabled-key'))).json()).toMatchObject({
      source: { id: expect.any(String) as string, enabled: false, config: {}, destinations: [] },
    });
  });

  it.each([
    ['no key', {}],
    ['an unknown key', withKey('unknown')],
  ])('are refused to %s', async (_, headers) => {
    const answer = await get('/sourceConfig/', headers);
    expect([answer.status, await answer.json()]).toEqual([401, problem('invalid_write_key')]);
  });

  it('may be asked for by a page of another origin', async () => {
    const answer = await fetch(`${ingestion.address}/sourceConfig/`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://page.example',
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization',
      },
    });
    expect([answer.status, answer.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'authorization',
    ]);
  });
});

it("RudderStack's Go SDK is told that there is one node", async () => {
  expect(await (await get('/cluster-info', withKey())).json()).toEqual({ nodeCount: 1 });
});

it.each(['/v1/m', '/m', '/rsaMetrics'])(
  '%s takes what SDKs report on themselves and keeps nothing',
  async (path) => {
    const answer = await fetch(`${ingestion.address}${path}`, { method: 'POST', body: '{"series":[]}' });
    expect([answer.status, await answer.text()]).toEqual([200, '{"success":true}']);
    expect(ingestion.log.records).toEqual([]);
  },
);

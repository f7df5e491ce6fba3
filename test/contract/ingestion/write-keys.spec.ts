import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingestion, startIngestion, withKey } from '../../support/ingestion-app.js';
import { knownKey } from '../../support/known-key.js';

const PAGE = 'https://app.example.com';
const KEYS = {
  revoked: knownKey({ id: 'wkey_revoked', revoked: true }),
  expired: knownKey({ id: 'wkey_expired', expiresAt: 1 }),
  servers: knownKey({ id: 'wkey_servers', policy: { scopes: ['server'] } }),
  pages: knownKey({ id: 'wkey_pages', policy: { allowedOrigins: ['https://*.example.com'] } }),
  elsewhere: knownKey({ id: 'wkey_elsewhere', policy: { allowedCidrs: ['203.0.113.0/24'] } }),
  limited: knownKey({ id: 'wkey_limited', policy: { rateLimit: 100 } }),
  apps: knownKey({
    id: 'wkey_apps',
    policy: { allowedOrigins: ['capacitor://localhost', 'tauri://localhost', 'moz-extension://*'] },
  }),
  opaque: knownKey({ id: 'wkey_opaque', policy: { allowedOrigins: ['null'] } }),
};

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion({ TRUSTED_PROXIES: '127.0.0.0/8' }, KEYS)));
afterAll(() => ingestion.close());
beforeEach(() => {
  ingestion.log.reset();
  ingestion.limiter.granted = true;
  ingestion.limiter.resetSeconds = 1;
});

const BODY = '{"userId":"u","event":"e"}';
const track = (key: string, headers: Record<string, string> = {}) =>
  fetch(`${ingestion.address}/v1/track`, {
    method: 'POST',
    headers: { ...withKey(key), ...headers },
    body: BODY,
  });
const pixel = (key: string, headers: Record<string, string> = {}, path = '/v1/pixel/track') =>
  fetch(`${ingestion.address}${path}?writeKey=${key}&userId=u&event=e`, { headers });
const countOf = (name: string) => ingestion.counts[name] ?? 0;

/** What `work` adds to a count on a key. */
async function added(name: string, work: () => Promise<unknown>): Promise<number> {
  const before = countOf(name);
  await work();
  return countOf(name) - before;
}

describe('a write key for apps and extensions', () => {
  it.each<[string, string, number]>([
    ['apps', 'capacitor://localhost', 200],
    ['apps', 'tauri://localhost', 200],
    ['apps', 'moz-extension://2f1c0b9e-0000-4000-8000-000000000000', 200],
    ['apps', 'ionic://localhost', 403],
    ['apps', 'null', 403],
    ['opaque', 'null', 200],
    ['opaque', 'file://', 403],
    ['pages', 'null', 403],
  ])('%s, at %s: %i', async (key, origin, status) => {
    const answer = await track(key, { Origin: origin });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  });
});

describe('a write key that is not good for a call', () => {
  it.each<[number, string, string, Record<string, string>, string]>([
    [401, 'invalid_write_key', 'revoked', {}, 'revoked'],
    [401, 'invalid_write_key', 'expired', {}, 'expired'],
    [401, 'source_disabled', 'disabled-key', {}, 'source_disabled'],
    [403, 'scope_not_allowed', 'servers', { Origin: PAGE }, 'scope_not_allowed'],
    [403, 'origin_not_allowed', 'pages', { Origin: 'https://evil.example' }, 'origin_not_allowed'],
    [403, 'address_not_allowed', 'elsewhere', {}, 'address_not_allowed'],
  ])('is answered %i %s: %s', async (status, code, key, headers, outcome) => {
    const id = key === 'disabled-key' ? 'wkey_3' : `wkey_${key}`;
    const before = countOf(`${id} ${outcome}`);
    const answer = await track(key, headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({
      success: false,
      code,
      message: expect.stringMatching(/./) as string,
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('ratelimit')).toBeNull();
    expect(ingestion.log.records).toEqual([]);
    expect(countOf(`${id} ${outcome}`)).toBe(before + 1);
  });

  it('is answered in the same words whether unknown, revoked or expired', async () => {
    const [unknown, revoked, expired] = await Promise.all(
      ['unknown', 'revoked', 'expired'].map(async (key) => (await track(key)).text()),
    );
    expect([revoked, expired]).toEqual([unknown, unknown]);
  });

  it('is answered so that the page can read it, or an SDK would see a network error and send again', async () => {
    const answer = await track('pages', { Origin: 'https://evil.example' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://evil.example');
  });

  it('leaves the images of pixels as they are: Segment’s 200, RudderStack’s 400', async () => {
    const referer = { Referer: 'https://evil.example/page' };
    expect((await pixel('pages', referer)).status).toBe(200);
    const rudder = await pixel('pages', referer, '/pixel/v1/track');
    expect([rudder.status, rudder.headers.get('content-type')]).toEqual([400, 'image/gif']);
    expect(ingestion.log.records).toEqual([]);
  });
});

describe('a restricted write key', () => {
  it.each<[string, () => Promise<Response>]>([
    ['a server, by its scope', () => track('servers')],
    ['a page of an allowed origin', () => track('pages', { Origin: PAGE })],
    ['a server where origins are listed', () => track('pages')],
    ['a pixel on an allowed page', () => pixel('pages', { Referer: `${PAGE}/page?query` })],
    ['a pixel in a mail', () => pixel('pages')],
    ['an allowed address', () => track('elsewhere', { 'X-Forwarded-For': '203.0.113.9' })],
  ])('takes a call of %s', async (_, call) => {
    expect((await call()).status).toBe(200);
    expect(ingestion.events()).toHaveLength(1);
  });

  it('takes no address that a proxy does not tell', async () => {
    expect((await track('elsewhere', { 'X-Forwarded-For': 'unknown' })).status).toBe(403);
  });

  it('has a beacon judged as a page, by its origin', async () => {
    const beacon = (headers: Record<string, string>) =>
      fetch(`${ingestion.address}/beacon/v1/batch?writeKey=pages`, {
        method: 'POST',
        headers,
        body: `{"batch":[{"type":"track",${BODY.slice(1)}]}`,
      });
    expect((await beacon({ Origin: PAGE })).status).toBe(200);
    expect((await beacon({})).status).toBe(403);
  });

  it('gives its settings to anybody while it is live: what a stranger then sends is refused', async () => {
    const settings = async (key: string) => [
      (await fetch(`${ingestion.address}/v1/projects/${key}/settings`)).status,
      (await fetch(`${ingestion.address}/sourceConfig?writeKey=${key}`)).status,
    ];
    expect(await settings('elsewhere')).toEqual([200, 200]);
    expect(await settings('revoked')).toEqual([404, 401]);
    expect(await settings('expired')).toEqual([404, 401]);
  });
});

describe('a limited write key', () => {
  const policy = '"key";q=100;w=1';

  it('tells what is left, on errors too', async () => {
    ingestion.limiter.remaining = 42;
    const answers = [await track('limited'), await track('limited', { Origin: PAGE })];
    ingestion.log.away = true;
    answers.push(await track('limited'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 503]);
    for (const { headers } of answers) {
      expect(headers.get('ratelimit-policy')).toBe(policy);
      expect(headers.get('ratelimit')).toBe('"key";r=42;t=1');
    }
    expect(answers[1]?.headers.get('access-control-expose-headers')).toBe(
      'Retry-After, X-RateLimit-Reset, RateLimit, RateLimit-Policy',
    );
  });

  it('refuses past its limit with 429 and the seconds to wait', async () => {
    Object.assign(ingestion.limiter, { granted: false, remaining: 0, resetSeconds: 2 });
    const before = countOf('wkey_limited rate_limited');
    const answer = await track('limited');
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({ success: false, code: 'rate_limited' });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.headers.get('x-ratelimit-reset')).toBe('2');
    expect(answer.headers.get('ratelimit-policy')).toBe(policy);
    expect(answer.headers.get('ratelimit')).toBe('"key";r=0;t=2');
    expect(ingestion.log.records).toEqual([]);
    expect(countOf('wkey_limited rate_limited')).toBe(before + 1);
  });

  it('leaves Segment’s image 200 and tells RudderStack’s to wait', async () => {
    ingestion.limiter.granted = false;
    const segment = await pixel('limited');
    expect([segment.status, segment.headers.get('ratelimit-policy')]).toEqual([200, policy]);
    const rudder = await pixel('limited', {}, '/pixel/v1/track');
    expect([rudder.status, rudder.headers.get('retry-after')]).toEqual([429, '1']);
    expect(ingestion.log.records).toEqual([]);
  });

  it('is the only one that tells of limits', async () => {
    const answer = await track('servers');
    expect([answer.headers.get('ratelimit'), answer.headers.get('ratelimit-policy')]).toEqual([null, null]);
  });
});

describe('what is counted on a write key', () => {
  const batch = (messages: unknown[]) =>
    fetch(`${ingestion.address}/v1/batch`, {
      method: 'POST',
      headers: withKey('servers'),
      body: JSON.stringify({ batch: messages }),
    });

  it('is every message by its outcome', async () => {
    const good = { type: 'track', userId: 'u', event: 'e' };
    const send = () => batch([good, good, { type: 'track', event: 'e' }, { type: 'nonsense', userId: 'u' }]);
    expect(await added('wkey_servers accepted', send)).toBe(2);
    expect(await added('wkey_servers no_user_anon_id', send)).toBe(1);
    expect(await added('wkey_servers invalid_type', send)).toBe(1);
  });

  it('is a call that cannot be read', async () => {
    expect(await added('wkey_servers empty_batch', () => batch([]))).toBe(1);
  });

  it('is nothing of a key that nobody has', async () => {
    const before = JSON.stringify(ingestion.counts);
    await track('unknown');
    expect(JSON.stringify(ingestion.counts)).toBe(before);
  });

  it('is nothing while the log is away: the call comes again', async () => {
    ingestion.log.away = true;
    expect(await added('wkey_servers accepted', () => track('servers'))).toBe(0);
  });
});

describe('records', () => {
  it('hold neither the key nor its id', async () => {
    await track('servers');
    const text = ingestion.log.records
      .map(({ key, value, headers }) => `${key} ${value.toString()} ${JSON.stringify(headers)}`)
      .join();
    expect(text).toContain('src_1');
    expect(text).not.toContain('wkey_');
    expect(text).not.toContain('servers');
  });
});

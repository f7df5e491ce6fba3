import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion } from '../../support/ingestion-app.js';
import { rawHttp } from '../../support/raw-http.js';

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const get = (path: string, init: RequestInit = {}) => fetch(`${ingestion.address}/v1/pixel/${path}`, init);
const base64 = (message: object) => Buffer.from(JSON.stringify(message)).toString('base64');
const track = { writeKey: KEY, userId: 'u', event: 'e' };

/** Like a browser that takes the address as it stands: nothing is encoded on the way. */
const getRaw = (path: string) =>
  rawHttp(ingestion.port, [`GET /v1/pixel/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`]);

async function expectGif(answer: Response) {
  expect(answer.status).toBe(200);
  const body = Buffer.from(await answer.arrayBuffer());
  expect(createHash('sha256').update(body).digest('hex')).toBe(
    '548f2d6f4d0d820c6c5ffbeffcbd7f0e73193e2932eefe542accc84762deec87',
  );
}

describe('the answer', () => {
  it('is the image, with headers that keep it from being kept', async () => {
    const answer = await get(`page?writeKey=${KEY}&userId=u`, {
      headers: { Accept: 'text/html', 'Accept-Encoding': 'gzip' },
    });
    expect(Object.fromEntries(answer.headers)).toEqual({
      'access-control-allow-origin': '*',
      'cache-control': 'no-cache, no-store, must-revalidate, max-age=0, private',
      connection: 'keep-alive',
      'content-length': '43',
      'content-type': 'image/gif',
      'cross-origin-resource-policy': 'cross-origin',
      date: expect.any(String) as string,
      expires: '0',
      'keep-alive': expect.any(String) as string,
      pragma: 'no-cache',
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
    });
    await expectGif(answer);
    expect(ingestion.events()).toHaveLength(1);
  });

  it.each<[string, Record<string, string>]>([
    ['conditional', { 'If-None-Match': '*' }],
    ['conditional by date', { 'If-Modified-Since': new Date().toUTCString() }],
    ['for a range', { Range: 'bytes=0-1' }],
  ])('is the whole image also to a request that is %s, and the event counts', async (_, headers) => {
    await expectGif(await get(`page?writeKey=${KEY}&userId=u`, { headers }));
    expect(ingestion.events()).toHaveLength(1);
  });

  it('to HEAD has no body and makes no event, whatever the key', async () => {
    for (const key of [KEY, 'nobody']) {
      const answer = await get(`page?writeKey=${key}&userId=u`, { method: 'HEAD' });
      expect([answer.status, await answer.text()]).toEqual([200, '']);
      expect(answer.headers.get('content-type')).toBe('image/gif');
      expect(answer.headers.get('content-length')).toBe('43');
    }
    expect(ingestion.log.records).toEqual([]);
  });

  it.each([
    ['no parameters', 'track', undefined],
    ['garbage', 'track?data=!!!', undefined],
    ['garbage and a key', `track?data=!!!&writeKey=${KEY}`, 'invalid_encoding'],
    ['no JSON', `track?data=e2JhZA==&writeKey=${KEY}`, 'invalid_json'],
    ['an array', `track?data=W10=&writeKey=${KEY}`, 'invalid_json'],
    ['no key', 'track?userId=u&event=e', undefined],
    ['an unknown key', 'track?writeKey=nobody&userId=u&event=e', undefined],
    ['no id', `page?writeKey=${KEY}`, 'no_user_anon_id'],
    ['no event', `track?writeKey=${KEY}&userId=u`, 'event_not_defined'],
    ['no group', `group?writeKey=${KEY}&userId=u`, 'group_id_required'],
    ['no previous id', `alias?writeKey=${KEY}&userId=u`, 'previous_id_required'],
    ['too much', `track?data=${base64({ ...track, x: 'x'.repeat(33_000) })}`, 'event_too_large'],
    ['nulls without end', `track?writeKey=${KEY}&userId=u&event=e&${nulls()}`, 'event_too_large'],
  ])('to %s is the image all the same, and no event', async (_, path, code) => {
    await expectGif(await get(path));
    expect(ingestion.events()).toEqual([]);
    expect(ingestion.rejected().map((rejection) => rejection.code)).toEqual(code === undefined ? [] : [code]);
  });
});

/** A short query that asks for very much. */
function nulls() {
  return Array.from(
    { length: 900 },
    (_, index) => `properties.a.${index % 50}.${Math.floor(index / 50)}.100=`,
  ).join('&');
}

describe('the event', () => {
  it.each(['identify', 'group', 'alias', 'page', 'screen', 'track'])('of %s has its type', async (type) => {
    const message = { ...track, groupId: 'g', previousId: 'p', type: 'other' };
    await expectGif(await get(`${type}?data=${encodeURIComponent(base64(message))}`));
    expect(ingestion.events()).toMatchObject([{ type, userId: 'u', projectId: 'src_1' }]);
  });

  const strange = { writeKey: KEY, userId: 'u?>~ÿ', event: 'Ünïcödé ✓ ??>>', properties: { q: 'a+b/c=d&e' } };
  const standard = base64(strange);
  const urlSafe = standard.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  it.each([
    ['standard base64, encoded', encodeURIComponent(standard)],
    ['standard base64 as it is, so that + arrives as a blank', standard],
    ['standard base64 without its padding', standard.replace(/=+$/, '')],
    ['URL-safe base64', urlSafe],
    ['base64 of both alphabets', standard.replaceAll('+', '-')],
    ['base64 wrapped by a mail program', standard.replace(/.{60}/g, '$&%0D%0A')],
    [
      'base64 of text with a byte order mark',
      Buffer.from(`\uFEFF${JSON.stringify(strange)}`).toString('base64url'),
    ],
    ['JSON, encoded', encodeURIComponent(` ${JSON.stringify(strange)}`)],
  ])('may be %s', async (_, data) => {
    expect(await getRaw(`track?data=${data}`)).toMatch(/^HTTP\/1.1 200 /);
    expect(ingestion.events()).toMatchObject([
      { userId: strange.userId, event: strange.event, properties: strange.properties },
    ]);
  });

  it('keeps what was no UTF-8 as far as it can be read', async () => {
    const latin1 = Buffer.from(JSON.stringify({ ...track, event: 'é' }), 'latin1').toString('base64');
    await get(`track?data=${encodeURIComponent(latin1)}`);
    expect(ingestion.events()).toMatchObject([{ event: '\uFFFD' }]);
  });

  it('takes nothing from beside data, except a key that it lacks', async () => {
    const data = encodeURIComponent(base64({ userId: 'u', event: 'e' }));
    await get(`track?data=${data}&_=123&userId=other&writeKey=${KEY}&writeKey=x&data=x`);
    expect(ingestion.events()).toMatchObject([{ userId: 'u' }]);
    expect(ingestion.events()[0]).not.toHaveProperty('_');
  });

  it.each(['%20', '+'])('may be parameters with dots, blanks as %s', async (blank) => {
    await get(
      `track?userId=user_123&event=Email${blank}Opened&properties.subject=The${blank}Electric${blank}Daily` +
        `&properties.email=jane.kim@example.com&properties.items.0.sku=x&properties.items.1.sku=7&writeKey=${KEY}`,
    );
    expect(ingestion.events()).toMatchObject([
      {
        userId: 'user_123',
        event: 'Email Opened',
        properties: {
          subject: 'The Electric Daily',
          email: 'jane.kim@example.com',
          items: [{ sku: 'x' }, { sku: 7 }],
        },
      },
    ]);
  });

  it.each([
    [`writeKey=${KEY}&amp;userId=u&amp;event=Opened&amp;properties.plan=pro`],
    [`writeKey=${KEY}&#38;userId=u&#38;event=Opened&#38;properties.plan=pro`],
    [`writeKey=3D${KEY}&amp;userId=3Du&amp;event=3DOpened&amp;properties.plan=3Dpro`],
    [`writeKey=${KEY}&userId=3Du&event=3DOpe=ned&properties.plan=3Dpro`],
  ])('is not changed by a mail tool that leaves its escapes: %s', async (query) => {
    for (const path of ['/v1/pixel/track', '/pixel/v1/track']) {
      const head = `GET ${path}?${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
      await rawHttp(ingestion.port, [head]);
    }
    const event = { userId: 'u', event: 'Opened', properties: { plan: 'pro' } };
    expect(ingestion.events()).toMatchObject([event, event]);
    const names = ingestion.events().flatMap((one) => Object.keys(one));
    expect(names.filter((name) => name.startsWith('amp'))).toEqual([]);
  });

  it('of AMP has no name, a nested context and a screen in numbers', async () => {
    await get(
      `page?writeKey=${KEY}&context.library.name=amp&anonymousId=amp-xyz&context.locale=en-us` +
        '&context.page.path=%2Farticle&context.page.url=http%3A%2F%2Fexample.com%2Farticle&context.page.referrer=' +
        '&context.page.title=My%20Article&context.screen.width=600&context.screen.height=800&name=',
      { headers: { 'User-Agent': 'AMP viewer' } },
    );
    const [event] = ingestion.events();
    expect(event).not.toHaveProperty('name');
    expect(event).toMatchObject({ type: 'page', anonymousId: 'amp-xyz' });
    expect(event?.context).toEqual({
      library: { name: 'amp' },
      locale: 'en-us',
      page: { path: '/article', url: 'http://example.com/article', referrer: '', title: 'My Article' },
      screen: { width: 600, height: 800 },
      ip: '127.0.0.1',
      userAgent: 'AMP viewer',
    });
  });

  it('may nest traits, and switch destinations', async () => {
    await get(
      `identify?writeKey=${KEY}&userId=u&traits.email=a@b.c&traits.zip=01234&integrations.Mixpanel=false`,
    );
    const data = encodeURIComponent(
      base64({ ...track, integrations: { All: 'false', X: 'true', Y: 'other' } }),
    );
    await get(`track?data=${data}`);
    expect(ingestion.events()).toMatchObject([
      { traits: { email: 'a@b.c', zip: '01234' }, integrations: { Mixpanel: false } },
      { integrations: { All: false, X: true, Y: 'other' } },
    ]);
  });

  it('survives hostile parameters', async () => {
    await get(
      `page?writeKey=${KEY}&userId=u&__proto__.x=1&properties.__proto__.y=1&properties.constructor.z=1` +
        '&properties.items.999999999.x=1&context=x&context.locale=en',
    );
    expect(ingestion.events()).toMatchObject([{ properties: {}, context: { locale: 'en' } }]);
    expect(({} as Record<string, unknown>)['x'] ?? ({} as Record<string, unknown>)['y']).toBeUndefined();
  });

  it('may come in an address of 44 KB', async () => {
    const message = { ...track, x: 'x'.repeat(32_600) };
    const answer = await get(`track?data=${base64(message).replaceAll('=', '')}`);
    await expectGif(answer);
    expect(ingestion.events()).toHaveLength(1);
  });
});

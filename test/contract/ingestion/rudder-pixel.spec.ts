import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion } from '../../support/ingestion-app.js';
import { rawHttp } from '../../support/raw-http.js';

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const get = (path: string, init: RequestInit = {}) => fetch(`${ingestion.address}/pixel/v1/${path}`, init);
const send = (route: string, query: string) => get(`${route}?writeKey=${KEY}&${query}`);

/** The event that a pixel becomes. */
async function eventOf(route: string, query: string) {
  const answer = await send(route, query);
  expect(answer.status).toBe(200);
  return ingestion.events().at(-1)!;
}

describe('what is accepted', () => {
  it.each([
    ['RP-6', 'page', 'anonymousId=a&name=', { name: 'Unknown Page' }],
    ['RP-8', 'page', 'userId=u', { userId: 'u' }],
    ['RP-9', 'page', 'anonymousId=%22abc%22', { anonymousId: 'abc' }],
    ['RP-11', 'page', 'anonymousId=123&properties.n=123', { anonymousId: '123', properties: { n: 123 } }],
    ['RP-12', 'page', 'anonymousId=a&type=track', { type: 'page' }],
    [
      'RP-13',
      'page',
      'anonymousId=a&integrations.All=false&integrations=none',
      { integrations: { All: true } },
    ],
    [
      'RP-14',
      'page',
      'anonymousId=a&context.page.url=https%3A%2F%2Fx%2Fy',
      { context: { page: { url: 'https://x/y' } }, properties: { url: 'https://x/y' } },
    ],
    ['the other way', 'page', 'anonymousId=a&properties.title=T', { context: { page: { title: 'T' } } }],
    ['RP-15', 'page', 'anonymousId=a&random=random', { random: 'random' }],
    ['RP-17', 'page', 'anonymousId=a&properties.price=20.00', { properties: { price: '20.00' } }],
    ['channel', 'page', 'anonymousId=a', { channel: 'web' }],
    ['own channel', 'page', 'anonymousId=a&channel=mail', { channel: 'mail' }],
    [
      'zeros in front',
      'page',
      'anonymousId=a&properties.productId=007',
      { properties: { productId: '007' } },
    ],
    [
      'a version',
      'page',
      'anonymousId=a&context.library.version=1.10',
      { context: { library: { version: '1.10' } } },
    ],
    ['strange keys', 'page', 'anonymousId=a&properties.a@b%23=1', { properties: { 'a@b#': 1 } }],
    ['name of a track', 'track', 'anonymousId=a&event=e&name=Page', { name: 'Page' }],
    [
      'its own times',
      'track',
      'anonymousId=a&event=e&messageId=m&timestamp=2020-01-02T00:00:00Z',
      { messageId: 'm', timestamp: '2020-01-02T00:00:00.000Z' },
    ],
  ])('%s', async (_, route, query, expected) => {
    expect(await eventOf(route, query)).toMatchObject(expected);
  });

  it.each([
    ['RP-7', 'page', 'anonymousId=a'],
    ['an empty name of a track', 'track', 'anonymousId=a&event=e&name='],
  ])('%s has no name', async (_, route, query) => {
    expect(await eventOf(route, query)).not.toHaveProperty('name');
  });

  it('RP-18: the first of two keys counts', async () => {
    expect((await get(`page?writeKey=${KEY}&writeKey=x&anonymousId=a`)).status).toBe(200);
  });

  it('never overwrites one side of a page by the other, and copies nothing on track', async () => {
    const both = 'anonymousId=a&context.page.title=C&properties.title=P&context.page.path=/c';
    expect(await eventOf('page', both)).toMatchObject({
      context: { page: { title: 'C', path: '/c' } },
      properties: { title: 'P', path: '/c' },
    });
    expect((await eventOf('track', `${both}&event=e`)).properties).toEqual({ title: 'P' });
  });

  it('RP-19: AMP as its vendor configuration sends it', async () => {
    const event = await eventOf(
      'page',
      'context.library.name=Rudderstack%20AMP%20SDK&context.library.version=1.0.0&context.platform=AMP&anonymousId=amp-1' +
        '&context.locale=en-us&context.userAgent=UA&context.page.path=%2F&context.page.url=https%3A%2F%2Fx%2F' +
        '&context.page.referrer=&context.page.title=T&context.screen.width=600&context.screen.height=800' +
        '&properties.path=%2F&properties.url=https%3A%2F%2Fx%2F&properties.referrer=&properties.title=T&name=Home',
    );
    const page = { path: '/', url: 'https://x/', referrer: '', title: 'T' };
    expect(event).toMatchObject({ type: 'page', name: 'Home', anonymousId: 'amp-1', properties: page });
    expect(event.context).toEqual({
      library: { name: 'Rudderstack AMP SDK', version: '1.0.0' },
      platform: 'AMP',
      locale: 'en-us',
      userAgent: 'UA',
      page,
      screen: { width: 600, height: 800 },
      ip: '127.0.0.1',
    });
  });

  it('keeps a raw semicolon', async () => {
    await rawHttp(ingestion.port, [
      `GET /pixel/v1/page?writeKey=${KEY}&anonymousId=a&context.userAgent=Mozilla/5.0+(X11;+Linux) HTTP/1.1\r\n` +
        'Host: x\r\nConnection: close\r\n\r\n',
    ]);
    expect(ingestion.events()).toMatchObject([{ context: { userAgent: 'Mozilla/5.0 (X11; Linux)' } }]);
  });

  it('takes its user agent and address from the request where none are sent, and no server fields', async () => {
    await get(
      `page?writeKey=${KEY}&anonymousId=a&rudderId=r&request_ip=1.2.3.4&receivedAt=2000-01-01T00:00:00Z`,
      {
        headers: { 'User-Agent': 'Mail' },
      },
    );
    const [event] = ingestion.events();
    expect(event?.context).toMatchObject({ userAgent: 'Mail', ip: '127.0.0.1' });
    expect(event).not.toHaveProperty('rudderId');
    expect(event).not.toHaveProperty('request_ip');
    expect(event).not.toHaveProperty('writeKey');
    expect(event?.receivedAt.slice(0, 4)).not.toBe('2000');
  });

  it('tolerates one slash behind', async () => {
    expect((await get(`page/?writeKey=${KEY}&anonymousId=a&name=`)).status).toBe(200);
    expect(ingestion.events()).toMatchObject([{ name: 'Unknown Page' }]);
  });
});

describe('what is refused', () => {
  it.each([
    ['RP-3', `page?writeKey=${KEY}`, 'no_user_anon_id'],
    ['RP-4', `track?writeKey=${KEY}&anonymousId=a`, 'event_not_defined'],
    ['RP-5', `track?writeKey=${KEY}&anonymousId=a&event=`, 'event_not_defined'],
    ['RP-10', `page?writeKey=${KEY}&anonymousId=%22%22`, 'no_user_anon_id'],
    ['RP-16', 'page?anonymousId=a', undefined],
    ['RP-20', `page?writeKey=${KEY}&anonymousId=%20%E2%80%8B`, 'no_user_anon_id'],
    ['an unknown key', 'page?writeKey=nobody&anonymousId=a', undefined],
    ['a disabled source', 'page?writeKey=disabled-key&anonymousId=a', undefined],
  ])('%s is 400 with the image', async (_, path, code) => {
    const answer = await get(path);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('image/gif');
    expect((await answer.arrayBuffer()).byteLength).toBe(43);
    expect(ingestion.events()).toEqual([]);
    expect(ingestion.rejected().map((rejection) => rejection.code)).toEqual(code === undefined ? [] : [code]);
  });

  it('HEAD is 200 without an event', async () => {
    const answer = await get('page', { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });
});

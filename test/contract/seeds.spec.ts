import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CanonicalEvent } from '../../src/events/event.js';
import { type Ingestion, KEY, startIngestion, withKey } from '../support/ingestion-app.js';

/** The examples of the documents that the product was asked from, as requests, with the events they must become. */
let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const get = (path: string) => fetch(`${ingestion.address}${path}`);
const post = (path: string, body: object) =>
  fetch(`${ingestion.address}${path}`, {
    method: 'POST',
    headers: { ...withKey(), 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Fields that are made here; the others must be there exactly. */
function withoutOwn(event: CanonicalEvent | undefined) {
  const own = ['messageId', 'originalTimestamp', 'sentAt', 'receivedAt', 'timestamp', 'projectId', 'version'];
  return Object.fromEntries(Object.entries(event ?? {}).filter(([field]) => !own.includes(field)));
}

describe('the documents of the Segment pixel', () => {
  const sample =
    'eyJ3cml0ZUtleSI6ICJZT1VSX1dSSVRFX0tFWSIsICJ1c2VySWQiOiAiMDI1cGlrYWNodTAyNSIsICJldmVudCI6ICJFbWFpbCBPcGVuZWQiLCAi' +
    'cHJvcGVydGllcyI6IHsgICAic3ViamVjdCI6ICJUaGUgRWxlY3RyaWMgRGFpbHkiLCAgICJlbWFpbCI6ICJwZWVrQXRNZUBlbWFpbC5wb2tlIiB9fQ';
  const listing =
    'eyJ3cml0ZUtleSI6IllPVVJfV1JJVEVfS0VZIiwidXNlcklkIjoidXNlcl8xMjMiLCJldmVudCI6IkVtYWlsIE9wZW5lZCIsInByb3BlcnRpZXMi' +
    'Onsic3ViamVjdCI6IlRoZSBFbGVjdHJpYyBEYWlseSIsImVtYWlsIjoiamFuZS5raW1AZXhhbXBsZS5jb20ifX0=';

  it.each([
    ['SP-1', `data=${sample}`, '025pikachu025', 'peekAtMe@email.poke'],
    ['SP-2', `data=${sample}==`, '025pikachu025', 'peekAtMe@email.poke'],
    ['SP-2, encoded', `data=${sample}%3D%3D`, '025pikachu025', 'peekAtMe@email.poke'],
    ['SP-3', `data=${listing}`, 'user_123', 'jane.kim@example.com'],
    [
      'not encoded',
      'userId=user_123&event=Email Opened&properties.subject=The Electric Daily&properties.email=jane.kim@example.com' +
        '&writeKey=YOUR_WRITE_KEY',
      'user_123',
      'jane.kim@example.com',
    ],
  ])('%s', async (_, query, userId, email) => {
    expect((await get(`/v1/pixel/track?${query}`)).status).toBe(200);
    const [event] = ingestion.events();
    expect(withoutOwn(event)).toEqual({
      type: 'track',
      userId,
      event: 'Email Opened',
      properties: { subject: 'The Electric Daily', email },
      context: { ip: '127.0.0.1', userAgent: 'node' },
      integrations: {},
    });
    expect(event?.projectId).toBe('src_2');
  });

  it.each([
    ['identify', { userId: 'u', traits: { plan: 'pro' } }],
    ['group', { userId: 'u', groupId: 'g', traits: { name: 'Acme' } }],
    ['alias', { userId: 'u', previousId: 'p' }],
    ['page', { anonymousId: 'a', name: 'Home', properties: { path: '/' } }],
    ['screen', { anonymousId: 'a', name: 'Home', properties: {} }],
    ['track', { anonymousId: 'a', event: 'e', properties: {} }],
  ])('the route of %s', async (type, message) => {
    const data = Buffer.from(JSON.stringify({ ...message, writeKey: KEY })).toString('base64url');
    const answer = await get(`/v1/pixel/${type}?data=${data}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/gif']);
    expect(withoutOwn(ingestion.events()[0])).toMatchObject({ type, ...message });
  });
});

describe('the document of the RudderStack pixel', () => {
  const context = {
    locale: 'en-US',
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)',
    screen: { width: 1920, height: 1080 },
  };
  /** What the pixel adds to every event. */
  const added = { channel: 'web', integrations: { All: true } };

  /** The payload of the document as the parameters that lead to it. */
  function queryOf(payload: object, path: string[] = []): string[] {
    return Object.entries(payload).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? queryOf(value, [...path, key])
        : [`${[...path, key].join('.')}=${encodeURIComponent(String(value))}`],
    );
  }

  const page = {
    path: '/home',
    url: 'https://example.com/home',
    referrer: 'https://example.com/',
    title: 'Home',
  };
  const product = {
    path: '/product/sku-123',
    url: 'https://example.com/product/sku-123',
    referrer: 'https://example.com/',
    title: 'Product Page',
  };

  it.each([
    ['page', { anonymousId: 'anon-123', name: 'Home Page', properties: page, context: { ...context, page } }],
    [
      'track',
      {
        anonymousId: 'anon-123',
        event: 'Product Viewed',
        name: 'Product Page',
        properties: { productId: 'sku-123', revenue: 29.99 },
        context: { ...context, page: product },
      },
    ],
  ])('the payload of %s, field for field', async (type, payload) => {
    const query = [`writeKey=${KEY}`, ...queryOf(payload)].join('&');
    expect((await get(`/pixel/v1/${type}?${query}`)).status).toBe(200);
    expect(withoutOwn(ingestion.events()[0])).toEqual({
      type,
      ...payload,
      ...added,
      context: { ...payload.context, ip: '127.0.0.1' },
    });
  });

  it('page facts may come on either side', async () => {
    for (const side of [{ properties: page }, { context: { page } }]) {
      await get(`/pixel/v1/page?writeKey=${KEY}&anonymousId=anon-123&${queryOf(side).join('&')}`);
      expect(ingestion.events().at(-1)).toMatchObject({ properties: page, context: { page } });
    }
  });

  it.each([
    ['page', 'anonymousId=a', 400],
    ['page', `writeKey=${KEY}`, 400],
    ['track', `writeKey=${KEY}&anonymousId=a`, 400],
    ['track', `writeKey=${KEY}&userId=u&event=e`, 200],
  ])('%s with %s is %i', async (route, query, status) => {
    expect((await get(`/pixel/v1/${route}?${query}`)).status).toBe(status);
  });
});

describe('the OpenAPI document of the HTTP API', () => {
  const common = {
    context: {
      active: true,
      ip: '203.0.113.7',
      locale: 'en-GB',
      userAgent: 'agent/1',
      library: { name: 'lib', version: '1.2.3' },
      page: {
        path: '/p',
        referrer: 'https://example.com/r',
        search: '?q=1',
        title: 'T',
        url: 'https://example.com/p?q=1',
      },
      device: { id: 'd1', manufacturer: 'Maker', model: 'M', name: 'N', type: 'ios' },
    },
    integrations: { All: true, Mixpanel: false, Salesforce: { option: 1 } },
    timestamp: '2026-01-02T03:04:05.678Z',
    messageId: 'message-1',
  };
  const ids = { userId: 'u', anonymousId: 'a' };
  const pageFacts = {
    path: '/p',
    referrer: 'https://r/',
    search: '?q',
    title: 'T',
    url: 'https://u/',
    own: 1,
  };
  const messages = [
    { type: 'identify', ...ids, traits: { email: 'a@b.c', age: 30 } },
    {
      type: 'track',
      ...ids,
      event: 'Order Completed',
      properties: { revenue: 29.99, items: [{ sku: 'x' }] },
    },
    { type: 'page', ...ids, name: 'Home', properties: pageFacts },
    { type: 'screen', ...ids, name: 'Home', properties: { own: true } },
    { type: 'group', ...ids, groupId: 'g', traits: { name: 'Acme', employees: 12 } },
    { type: 'alias', userId: 'u', previousId: 'p' },
  ];

  it.each(messages)('/$type with every documented property', async ({ type, ...message }) => {
    const answer = await post(`/v1/${type}`, { ...message, ...common });
    expect([answer.status, await answer.json()]).toEqual([200, { success: true }]);
    const [event] = ingestion.events();
    expect(withoutOwn(event)).toEqual({
      type,
      ...message,
      context: common.context,
      integrations: common.integrations,
    });
    expect(event).toMatchObject({
      messageId: 'message-1',
      timestamp: common.timestamp,
      originalTimestamp: common.timestamp,
    });
  });

  it('/batch with all six calls, and a context and integrations of its own', async () => {
    const batch = messages.map((message, index) => ({ ...message, messageId: `m${index}` }));
    const { context, integrations } = common;
    const answer = await post('/v1/batch', { batch, context, integrations });
    expect([answer.status, await answer.json()]).toEqual([200, { success: true }]);
    expect(ingestion.events()).toMatchObject(batch.map((message) => ({ ...message, context, integrations })));
  });

  it.each([
    ['identify', {}],
    ['track', { userId: 'u' }],
    ['page', { name: 'Home' }],
    ['screen', {}],
    ['group', { userId: 'u' }],
    ['alias', { userId: 'u' }],
    ['batch', {}],
    ['batch', { batch: [] }],
    ['batch', { batch: [{ userId: 'u', event: 'e' }] }],
  ])('/%s without what it requires is 400: %j', async (path, body) => {
    const answer = await post(`/v1/${path}`, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ success: false, message: expect.any(String) as string });
  });

  it.each(['identify', 'track', 'page', 'screen', 'group', 'alias', 'batch'])(
    '/%s without a key is 401',
    async (path) => {
      const answer = await fetch(`${ingestion.address}/v1/${path}`, {
        method: 'POST',
        body: '{"userId":"u"}',
      });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ success: false, message: expect.any(String) as string });
    },
  );
});

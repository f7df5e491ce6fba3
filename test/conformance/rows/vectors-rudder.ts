import { GIF } from '../answers.js';
import { type ExpectedEvent, type Row } from '../row.js';
import { get } from '../sends.js';

/** What the pixel adds to every event. */
const ADDED = { channel: 'web', integrations: { All: true } };
const AGENT = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const HOME = {
  path: '/home',
  url: 'https://example.com/home',
  referrer: 'https://example.com/',
  title: 'Home',
};
const PRODUCT = {
  path: '/product/sku-123',
  url: 'https://example.com/product/sku-123',
  referrer: 'https://example.com/',
  title: 'Product Page',
};

export const RP_1 =
  '/pixel/v1/page?writeKey=WK&anonymousId=anon-123&name=Home%20Page&context.locale=en-US' +
  '&context.userAgent=Mozilla%2F5.0%20%28Windows%20NT%2010.0%3B%20Win64%3B%20x64%29&context.page.path=%2Fhome' +
  '&context.page.url=https%3A%2F%2Fexample.com%2Fhome&context.page.referrer=https%3A%2F%2Fexample.com%2F' +
  '&context.page.title=Home&context.screen.width=1920&context.screen.height=1080&properties.path=%2Fhome' +
  '&properties.url=https%3A%2F%2Fexample.com%2Fhome&properties.referrer=https%3A%2F%2Fexample.com%2F' +
  '&properties.title=Home';
export const RP_1_EVENT: ExpectedEvent = {
  type: 'page',
  anonymousId: 'anon-123',
  name: 'Home Page',
  properties: HOME,
  context: {
    ip: '127.0.0.1',
    locale: 'en-US',
    userAgent: AGENT,
    page: HOME,
    screen: { width: 1920, height: 1080 },
  },
  ...ADDED,
  nothingElse: true,
};

export const RP_2 =
  '/pixel/v1/track?writeKey=WK&anonymousId=anon-123&event=Product%20Viewed&name=Product%20Page&context.locale=en-US' +
  '&context.userAgent=Mozilla%2F5.0%20%28Windows%20NT%2010.0%3B%20Win64%3B%20x64%29' +
  '&context.page.path=%2Fproduct%2Fsku-123&context.page.url=https%3A%2F%2Fexample.com%2Fproduct%2Fsku-123' +
  '&context.page.referrer=https%3A%2F%2Fexample.com%2F&context.page.title=Product%20Page' +
  '&context.screen.width=1920&context.screen.height=1080&properties.productId=sku-123&properties.revenue=29.99';
export const RP_2_EVENT: ExpectedEvent = {
  type: 'track',
  anonymousId: 'anon-123',
  event: 'Product Viewed',
  name: 'Product Page',
  properties: { productId: 'sku-123', revenue: 29.99 },
  context: {
    ip: '127.0.0.1',
    locale: 'en-US',
    userAgent: AGENT,
    page: PRODUCT,
    screen: { width: 1920, height: 1080 },
  },
  ...ADDED,
  nothingElse: true,
};

/** A pixel with these parameters behind the key becomes this event. */
export const taken = (route: 'page' | 'track', query: string, event: ExpectedEvent) => ({
  send: get(`/pixel/v1/${route}?writeKey=WK${query && '&'}${query}`),
  answer: GIF(200),
  event: { type: route, ...event },
});

/** A pixel with these parameters is answered 400, with the image. */
export const refusedWith = (route: 'page' | 'track', query: string, code: string) => ({
  send: get(`/pixel/v1/${route}?writeKey=WK${query && '&'}${query}`),
  answer: GIF(400),
  rejected: [code],
});

/** WIRE 5.7. */
export const rudderVectors: readonly Row[] = [
  {
    id: 'RP-1',
    title: 'the page call of the document',
    send: get(RP_1),
    answer: GIF(200),
    event: RP_1_EVENT,
  },
  {
    id: 'RP-2',
    title: 'the track call of the document',
    send: get(RP_2),
    answer: GIF(200),
    event: RP_2_EVENT,
  },
  { id: 'RP-3', title: 'only the key', ...refusedWith('page', '', 'no_user_anon_id') },
  {
    id: 'RP-4',
    title: 'a track without event',
    ...refusedWith('track', 'anonymousId=a', 'event_not_defined'),
  },
  {
    id: 'RP-5',
    title: 'a track with an empty event',
    ...refusedWith('track', 'anonymousId=a&event=', 'event_not_defined'),
  },
  {
    id: 'RP-6',
    title: 'an empty name of a page is Unknown Page',
    ...taken('page', 'anonymousId=a&name=', { name: 'Unknown Page' }),
  },
  { id: 'RP-7', title: 'no name is none', ...taken('page', 'anonymousId=a', { absent: ['name'] }) },
  {
    id: 'RP-8',
    title: 'a userId is enough',
    ...taken('page', 'userId=u', { userId: 'u', absent: ['anonymousId'] }),
  },
  {
    id: 'RP-9',
    title: 'quotes around the anonymousId are taken off',
    ...taken('page', 'anonymousId=%22abc%22', { anonymousId: 'abc' }),
  },
  {
    id: 'RP-10',
    title: 'only quotes are no id',
    ...refusedWith('page', 'anonymousId=%22%22', 'no_user_anon_id'),
  },
  {
    id: 'RP-11',
    title: 'ids stay text, properties become numbers',
    ...taken('page', 'anonymousId=123&properties.n=123', { anonymousId: '123', properties: { n: 123 } }),
  },
  {
    id: 'RP-12',
    title: 'the path says the type',
    ...taken('page', 'anonymousId=a&type=track', { type: 'page' }),
  },
  {
    id: 'RP-13',
    title: 'a pixel cannot choose its destinations',
    ...taken('page', 'anonymousId=a&integrations.All=false', {
      integrations: { All: true },
      delivered: { Mixpanel: true },
    }),
  },
  {
    id: 'RP-14',
    title: 'facts of the page are on both sides',
    ...taken('page', 'anonymousId=a&context.page.url=https%3A%2F%2Fx%2Fy', {
      context: { ip: '127.0.0.1', page: { url: 'https://x/y' } },
      properties: { url: 'https://x/y' },
    }),
  },
  {
    id: 'RP-15',
    title: 'other parameters are kept',
    ...taken('page', 'anonymousId=a&random=random', { random: 'random' }),
  },
  {
    id: 'RP-16',
    title: 'no key at all',
    cases: ['page?anonymousId=a', 'track?anonymousId=a&event=E', 'page'].map((query) => ({
      send: get(`/pixel/v1/${query}`),
      answer: GIF(400),
    })),
  },
  {
    id: 'RP-17',
    title: 'a number that would lose a digit stays text',
    ...taken('page', 'anonymousId=a&properties.price=20.00', { properties: { price: '20.00' } }),
  },
  {
    id: 'RP-18',
    title: 'of two keys the first counts',
    ...taken('page', 'writeKey=X&anonymousId=a', { anonymousId: 'a', absent: ['writeKey'] }),
  },
  {
    id: 'RP-19',
    title: 'the page call of AMP: the measures of the screen are numbers, versions are text',
    ...taken(
      'page',
      'context.library.name=Rudderstack%20AMP%20SDK&context.library.version=1.0.0&context.platform=AMP' +
        '&anonymousId=amp-xyz&context.locale=en-us&context.userAgent=Mozilla%2F5.0' +
        '&context.page.path=%2Farticle&context.page.url=https%3A%2F%2Fexample.com%2Farticle' +
        '&context.page.referrer=&context.page.title=My%20Article&context.screen.width=600&context.screen.height=800' +
        '&properties.path=%2Farticle&properties.url=https%3A%2F%2Fexample.com%2Farticle&properties.referrer=' +
        '&properties.title=My%20Article&name=Article',
      {
        anonymousId: 'amp-xyz',
        name: 'Article',
        context: {
          ip: '127.0.0.1',
          library: { name: 'Rudderstack AMP SDK', version: '1.0.0' },
          platform: 'AMP',
          locale: 'en-us',
          userAgent: 'Mozilla/5.0',
          page: { path: '/article', url: 'https://example.com/article', referrer: '', title: 'My Article' },
          screen: { width: 600, height: 800 },
        },
        properties: {
          path: '/article',
          url: 'https://example.com/article',
          referrer: '',
          title: 'My Article',
        },
        ...ADDED,
        nothingElse: true,
      },
    ),
  },
  {
    id: 'RP-20',
    title: 'an id of a blank and a character without width is none',
    ...refusedWith('page', 'anonymousId=%20%E2%80%8B', 'no_user_anon_id'),
  },
];

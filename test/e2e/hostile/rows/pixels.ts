import { WRITE_KEY } from '../../../support/product.js';
import { get, type Row } from '../row.js';

const fill = (count: number, parameter: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => parameter(n)).join('&');

/** Parameters that make no message: RudderStack's pixel says so, Segment's never does. */
const REFUSED = new Set([
  'many large indices',
  'objects and texts in one place',
  'a value of 60,000 digits',
  'a value of 60,000 quotes',
]);

/** Parameters that both kinds of pixel take, or leave alone. */
const QUERIES: Readonly<Record<string, string>> = {
  '10,000 parameters': fill(10_000, (n) => `p${n}=1`),
  '1,000 levels': `properties.${'a.'.repeat(1_000)}b=1`,
  '30,000 dots': '.'.repeat(30_000),
  'an index of 999999999':
    'properties.items.999999999.x=1&properties.items[999999999]=1&properties.999999999=1',
  'many large indices': fill(400, (n) => `properties.a${n}.100.100.100.100.100.100.x=1`),
  'an index that is no number': 'properties.a.-1=1&properties.a.1e9=1&properties.a.00=1&properties.a.NaN=1',
  'objects and texts in one place': 'context=x&context.a=1&context.a.b=2&context.a.b.c=3&properties=1',
  'broken escapes': 'properties.a=%zz&properties.%zz=%&%%%=%',
  'escaped NUL': 'properties.a=%00&properties.%00=1&%00',
  'escapes of no UTF-8': 'properties.a=%ff%fe%c0%af&properties.%ed%a0%80=1',
  brackets: 'a[]=1&a[b]=2&a[__proto__][x]=3&[]=4&properties[a]=5',
  'only separators': '&'.repeat(50_000),
  'one parameter 5,000 times': fill(5_000, () => 'properties.a=1'),
  'many times the key': fill(1_000, () => 'writeKey=other'),
  'a value of 60,000 digits': `properties.n=${'9'.repeat(60_000)}`,
  'a value of 60,000 quotes': `anonymousId=${'%22'.repeat(20_000)}`,
};

const queries = Object.entries(QUERIES).flatMap(([name, query]): Row[] => [
  {
    name: `a Segment pixel with ${name}`,
    parts: () => get(`/v1/pixel/track?writeKey=${WRITE_KEY}&userId=u&event=e&${query}`),
    answers: [200],
    times: 3,
  },
  {
    name: `a RudderStack pixel with ${name}`,
    parts: () => get(`/pixel/v1/page?writeKey=${WRITE_KEY}&userId=u&${query}`),
    answers: [REFUSED.has(name) ? 400 : 200],
    times: 3,
  },
]);

const data = (text: string): string => Buffer.from(text).toString('base64url');

export const pixels: readonly Row[] = [
  ...queries,
  ...[70_000, 120_000].map((bytes): Row => ({
    name: `a pixel of ${bytes} bytes`,
    parts: () =>
      get(`/v1/pixel/track?writeKey=${WRITE_KEY}&userId=u&event=e&properties.x=${'x'.repeat(bytes)}`),
    answers: [200],
    times: 10,
  })),
  {
    name: 'a pixel of 200,000 bytes',
    parts: () => get(`/v1/pixel/track?data=${'x'.repeat(200_000)}`),
    answers: [431],
    code: 'headers_too_large',
  },
  {
    name: 'a pixel whose data is nested 40,000 deep',
    parts: () =>
      get(
        `/v1/pixel/track?writeKey=${WRITE_KEY}&data=${data(`{"userId":"u","event":"e","x":${'['.repeat(40_000)}${']'.repeat(40_000)}}`)}`,
      ),
    answers: [200],
  },
  {
    name: 'a pixel whose data is a gzip',
    parts: () => get(`/v1/pixel/track?writeKey=${WRITE_KEY}&data=H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA`),
    answers: [200],
  },
  {
    name: 'a pixel with conditions and ranges',
    parts: () =>
      get(
        `/v1/pixel/track?writeKey=${WRITE_KEY}&userId=u&event=e`,
        'If-None-Match: *',
        'If-Match: "x"',
        'Range: bytes=0-0,1-1,2-2,-1',
        'If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT',
      ),
    answers: [200],
  },
];

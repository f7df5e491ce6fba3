import { GIF, GIF_BYTES, OK, refused } from '../answers.js';
import { type Row } from '../row.js';
import { cached, call, get, ITEM, keyless, raw, TRACK } from '../sends.js';
import { RP_1, RP_1_EVENT, RP_2, RP_2_EVENT, taken } from './vectors-rudder.js';

/** rudder-server answers 200 to everything; whoever relies on that can have it. */
const ALWAYS_OK = { RUDDER_PIXEL_ALWAYS_OK: 'true' };

/** Refused with 400 as the document promises, or with 200 where that is set; the image comes either way. */
const refusedInBothModes = (path: string) => [
  { send: get(path), answer: GIF(400) },
  { settings: ALWAYS_OK, send: get(path), answer: GIF(200) },
];

const beacon = (path: string) =>
  keyless(
    raw(path, JSON.stringify({ batch: [ITEM], sentAt: '2026-01-02T03:04:05Z' }), {
      'Content-Type': 'text/plain',
    }),
  );

/** WIRE 7.6: the RudderStack pixel. */
export const rudderPixel: readonly Row[] = [
  {
    id: '7.6-163',
    title: 'RP-1: numbers of the screen, the nested payload to the letter',
    send: get(RP_1),
    answer: GIF(200),
    event: RP_1_EVENT,
  },
  {
    id: '7.6-164',
    title: 'RP-2: the revenue is a number, the name is kept',
    send: get(RP_2),
    answer: GIF(200),
    event: RP_2_EVENT,
  },
  {
    id: '7.6-165',
    title: 'a missing key is 400, or 200 where that is set, with the image',
    cases: refusedInBothModes('/pixel/v1/page?anonymousId=a'),
  },
  {
    id: '7.6-166',
    title: 'so is an unknown key',
    cases: refusedInBothModes('/pixel/v1/page?writeKey=nobody&anonymousId=a'),
  },
  { id: '7.6-167', title: 'a userId is enough', ...taken('track', 'userId=u&event=E', { userId: 'u' }) },
  {
    id: '7.6-168',
    title: 'zeros in front keep a text a text',
    ...taken('track', 'userId=u&event=E&properties.productId=007', { properties: { productId: '007' } }),
  },
  {
    id: '7.6-169',
    title: 'a version stays text',
    ...taken('page', 'userId=u&context.library.version=1.10', {
      context: { ip: '127.0.0.1', library: { version: '1.10' } },
    }),
  },
  {
    id: '7.6-170',
    title: 'integrations in the query are ignored',
    ...taken('page', 'userId=u&integrations.Foo=false', {
      integrations: { All: true },
      delivered: { Foo: true },
    }),
  },
  {
    id: '7.6-171',
    title: 'keys with @ or # are kept; rudder-server would drop them',
    ...taken('track', 'userId=u&event=E&properties.a@b=1&properties.c%23d=x', {
      properties: { 'a@b': 1, 'c#d': 'x' },
    }),
  },
  {
    id: '7.6-172',
    title: 'a raw semicolon in a value is kept; rudder-server would lose the parameter',
    ...taken('page', 'userId=u&context.userAgent=Mozilla/5.0%20(X11;%20Linux)', {
      context: { ip: '127.0.0.1', userAgent: 'Mozilla/5.0 (X11; Linux)' },
    }),
  },
  {
    id: '7.6-173',
    title: 'there is no identify pixel',
    send: get('/pixel/v1/identify?writeKey=WK&userId=u'),
    answer: refused(404, 'not_found'),
  },
  {
    id: '7.6-174',
    title: 'a slash behind the path is tolerated',
    send: get('/pixel/v1/page/?writeKey=WK&userId=u&properties.title=T'),
    answer: GIF(200),
    event: {
      type: 'page',
      userId: 'u',
      properties: { title: 'T' },
      context: { ip: '127.0.0.1', page: { title: 'T' } },
    },
  },
  {
    id: '7.6-175',
    title: 'POST is 405',
    send: call('POST', '/pixel/v1/page?writeKey=WK&userId=u'),
    answer: refused(405, 'method_not_allowed', { allow: 'GET, HEAD, OPTIONS' }),
  },
  {
    id: '7.6-176',
    title: 'the image is 43 bytes, the very ones of rudder-server',
    send: get('/pixel/v1/page?writeKey=WK&userId=u'),
    answer: { ...GIF(200), body: GIF_BYTES },
    event: { userId: 'u' },
  },
  {
    id: '7.6-177',
    title: 'a beacon is a batch as text/plain with its key in the address',
    send: beacon('/beacon/v1/batch?writeKey=WK'),
    answer: OK,
    event: { ...TRACK, context: { ip: '127.0.0.1' }, times: { sentAt: '2026-01-02T03:04:05.000Z' } },
  },
  {
    id: '7.6-178',
    title: 'a beacon without a key, or with an empty one, is 401',
    cases: ['', '?writeKey=', '?writeKey=nobody'].map((query) => ({
      send: beacon(`/beacon/v1/batch${query}`),
      answer: refused(401, 'invalid_write_key'),
    })),
  },
  {
    id: '7.6-179',
    title: 'an empty name of a page is Unknown Page',
    ...taken('page', 'userId=u&name=', { name: 'Unknown Page' }),
  },
  {
    id: '7.6-180',
    title: 'behind a cache that keeps what it may, each fetch is one event',
    send: [1, 2, 3].map(() => cached(get('/pixel/v1/page?writeKey=WK&userId=u'))),
    answer: GIF(200),
    events: [{ userId: 'u' }, { userId: 'u' }, { userId: 'u' }],
  },
];

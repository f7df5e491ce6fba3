import { and, GIF, refused } from '../answers.js';
import { type Case, type ExpectedEvent, type Row } from '../row.js';
import { call, get, KEY, pixel, TRACK } from '../sends.js';
import { SP_1, SP_1_EVENT, SP_4, SP_4_EVENT, SP_5, SP_6, SP_6_EVENT, tracked } from './vectors-segment.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64url');
const PAGE = `/v1/pixel/page?writeKey=${KEY}&userId=u`;
const IMAGE = GIF(200);
const { headers: IMAGE_HEADERS } = IMAGE;

/** A pixel that is answered with the image although nothing comes of it but this reason. */
const lost = (path: string, ...rejected: string[]): Case => ({
  send: get(path),
  answer: GIF(200),
  rejected,
});

const typed = (type: string, message: ExpectedEvent): Case => ({
  send: get(pixel(type, { writeKey: KEY, type: 'other', ...message })),
  answer: GIF(200),
  event: { type, ...message },
});

/** A message of so many bytes as JSON. */
const messageOf = (bytes: number) => {
  const message = { writeKey: KEY, ...TRACK, fill: '' };
  return { ...message, fill: 'x'.repeat(bytes - JSON.stringify(message).length) };
};

/** WIRE 7.5: the Segment pixel. */
export const segmentPixel: readonly Row[] = [
  { id: '7.5-135', title: 'the unpadded sample', ...tracked(`data=${SP_1}`, SP_1_EVENT) },
  {
    id: '7.5-136',
    title: 'padded, raw and percent-encoded, in full and in part',
    cases: ['==', '%3D%3D', '='].map((padding) => tracked(`data=${SP_1}${padding}`, SP_1_EVENT)),
  },
  { id: '7.5-137', title: 'the URL-safe alphabet', ...tracked(`data=${SP_5}`, SP_4_EVENT) },
  {
    id: '7.5-138',
    title: 'a raw plus in data',
    ...tracked(`data=${SP_4}`, SP_4_EVENT),
  },
  {
    id: '7.5-139',
    title: 'data that a mail program has wrapped',
    ...tracked(`data=${SP_1.slice(0, 76)}%0D%0A${SP_1.slice(76, 152)}%0A%09${SP_1.slice(152)}`, SP_1_EVENT),
  },
  {
    id: '7.5-140',
    title: 'data as percent-encoded JSON',
    ...tracked(`data=${encodeURIComponent(JSON.stringify({ writeKey: KEY, ...TRACK }))}`, TRACK),
  },
  {
    id: '7.5-141',
    title: 'parameters with dots, blanks as %20 and as plus',
    cases: [SP_6, SP_6.replaceAll('%20', '+')].map((query) => tracked(query, SP_6_EVENT)),
  },
  {
    id: '7.5-142',
    title: 'data that is nothing, with and without a key beside it that tells whose it was',
    cases: [
      lost('/v1/pixel/track?data=!!!'),
      lost(`/v1/pixel/track?data=!!!&writeKey=${KEY}`, 'invalid_encoding'),
      lost(`/v1/pixel/track?data=${base64('{bad')}&writeKey=${KEY}`, 'invalid_json'),
      lost(`/v1/pixel/track?data=${base64('[1]')}&writeKey=${KEY}`, 'invalid_json'),
    ],
  },
  { id: '7.5-143', title: 'no parameters', ...lost('/v1/pixel/track') },
  {
    id: '7.5-144',
    title: 'an unknown write key',
    cases: [
      lost('/v1/pixel/page?writeKey=nobody&userId=u'),
      lost(pixel('page', { writeKey: 'nobody', userId: 'u' })),
    ],
  },
  {
    id: '7.5-145',
    title: 'no ids',
    ...lost(`/v1/pixel/track?writeKey=${KEY}&event=E`, 'no_user_anon_id'),
  },
  {
    id: '7.5-146',
    title: 'a group without groupId, an alias without previousId',
    cases: [
      lost(`/v1/pixel/group?writeKey=${KEY}&userId=u`, 'group_id_required'),
      lost(`/v1/pixel/alias?writeKey=${KEY}&userId=u`, 'previous_id_required'),
    ],
  },
  {
    id: '7.5-147',
    title: 'the six routes say the type, whatever the payload says',
    cases: [
      typed('identify', { userId: 'u', traits: { plan: 'pro' } }),
      typed('track', { userId: 'u', event: 'E', properties: { n: 1 } }),
      typed('page', { anonymousId: 'a', name: 'Home' }),
      typed('screen', { anonymousId: 'a', name: 'Home' }),
      typed('group', { userId: 'u', groupId: 'g', traits: { seats: 12 } }),
      typed('alias', { userId: 'u', previousId: 'p' }),
    ],
  },
  {
    id: '7.5-148',
    title: 'there is no seventh route',
    send: get(`/v1/pixel/foo?writeKey=${KEY}&userId=u`),
    answer: refused(404, 'not_found'),
  },
  {
    id: '7.5-149',
    title: 'HEAD is answered without a body and records nothing, whatever the key',
    send: [call('HEAD', PAGE), call('HEAD', '/v1/pixel/track?writeKey=nobody')],
    answer: { status: 200, body: Buffer.alloc(0), headers: IMAGE_HEADERS },
  },
  {
    id: '7.5-150',
    title: 'a conditional request is answered in full, and its event is recorded',
    cases: [
      { 'If-None-Match': '*' },
      { 'If-None-Match': 'W/"2b-x"' },
      { 'If-Modified-Since': 'Thu, 01 Jan 2099 00:00:00 GMT' },
      { Range: 'bytes=0-1' },
    ].map((headers) => ({
      send: get(PAGE, headers as Readonly<Record<string, string>>),
      answer: GIF(200),
      event: { userId: 'u' },
    })),
  },
  {
    id: '7.5-151',
    title: 'a payload of 32 KB makes a URL of 44 KB, which is read',
    send: get(pixel('track', messageOf(32_768))),
    answer: GIF(200),
    event: TRACK,
  },
  {
    id: '7.5-152',
    title: 'whatever a client would rather have, it gets the image, and not compressed',
    send: get(PAGE, { Accept: 'text/html', 'Accept-Encoding': 'gzip' }),
    answer: GIF(200),
    event: { userId: 'u' },
  },
  {
    id: '7.5-153',
    title: 'the headers: an image, kept by nobody, for pages of every origin',
    cases: [
      { send: get(PAGE), answer: and(GIF(200), { vary: 'Origin' }), event: { userId: 'u' } },
      {
        send: get(PAGE, { Origin: 'https://a.example' }),
        answer: GIF(200, { 'access-control-allow-origin': 'https://a.example' }),
        event: { userId: 'u' },
      },
    ],
  },
  {
    id: '7.5-154',
    title: 'a payload of more than 32 KB is dropped, as data and as parameters',
    cases: [
      lost(pixel('track', messageOf(32_769)), 'event_too_large'),
      lost(`/v1/pixel/track?writeKey=${KEY}&userId=u&event=E&fill=${'x'.repeat(33_000)}`, 'event_too_large'),
    ],
  },
  {
    id: '7.5-155',
    title: 'the image comes also when something breaks, or when nothing can be stored',
    cases: [
      { log: 'faulty', ...lost(PAGE) },
      { log: 'full', ...lost(PAGE) },
      { log: 'away', ...lost(PAGE) },
    ],
  },
  {
    id: '7.5-156',
    title: 'a cache buster beside data is none of the event',
    ...tracked(`data=${SP_1}&_=123&userId=other`, { ...SP_1_EVENT, absent: ['_'] }),
  },
  {
    id: '7.5-157',
    title: 'a key that data lacks is taken from beside it',
    ...tracked(`data=${base64(JSON.stringify(TRACK))}&writeKey=${KEY}`, { ...TRACK, absent: ['writeKey'] }),
  },
  {
    id: '7.5-158',
    title: 'of repeated data the first is used',
    ...tracked(`data=${SP_1}&data=${SP_5}`, SP_1_EVENT),
  },
  {
    id: '7.5-159',
    title: 'a parameter with a huge index is dropped, the others count',
    ...tracked(`writeKey=${KEY}&userId=u&event=E&properties.items.999999999.x=1&properties.a=1`, {
      properties: { a: 1 },
    }),
  },
  {
    id: '7.5-160',
    title: 'of a text and an object in one place the object stays, in either order',
    cases: ['context=x&context.locale=en', 'context.locale=en&context=x'].map((query) =>
      tracked(`writeKey=${KEY}&userId=u&event=E&${query}`, { context: { locale: 'en', ip: '127.0.0.1' } }),
    ),
  },
  {
    id: '7.5-161',
    title: 'an empty name of a page, as AMP sends it, is none',
    send: get(`${PAGE}&name=&category=`),
    answer: GIF(200),
    event: { type: 'page', absent: ['name', 'category'] },
  },
  {
    id: '7.5-162',
    title: 'traits from parameters with dots',
    send: get(
      `/v1/pixel/identify?writeKey=${KEY}&userId=u&traits.email=a@example.com&traits.address.city=Ulm`,
    ),
    answer: GIF(200),
    event: { type: 'identify', traits: { email: 'a@example.com', address: { city: 'Ulm' } } },
  },
];

import { GIF } from '../answers.js';
import { type ExpectedEvent, type Row } from '../row.js';
import { get } from '../sends.js';

/** The payload under the listing of the pixel's document; it has no padding (WIRE 8.1). */
export const SP_1 =
  'eyJ3cml0ZUtleSI6ICJZT1VSX1dSSVRFX0tFWSIsICJ1c2VySWQiOiAiMDI1cGlrYWNodTAyNSIsICJldmVudCI6ICJFbWFpbCBPcGVuZWQiLCAi' +
  'cHJvcGVydGllcyI6IHsgICAic3ViamVjdCI6ICJUaGUgRWxlY3RyaWMgRGFpbHkiLCAgICJlbWFpbCI6ICJwZWVrQXRNZUBlbWFpbC5wb2tlIiB9fQ';
const SP_3 =
  'eyJ3cml0ZUtleSI6IllPVVJfV1JJVEVfS0VZIiwidXNlcklkIjoidXNlcl8xMjMiLCJldmVudCI6IkVtYWlsIE9wZW5lZCIsInByb3BlcnRpZXMi' +
  'Onsic3ViamVjdCI6IlRoZSBFbGVjdHJpYyBEYWlseSIsImVtYWlsIjoiamFuZS5raW1AZXhhbXBsZS5jb20ifX0=';
/** It has `+` and `/`, so that alphabets and query decoding show. */
export const SP_4 =
  'eyJ3cml0ZUtleSI6IldLIiwidXNlcklkIjoidT8+fsO/IiwiZXZlbnQiOiLDnG7Dr2PDtmTDqSDinJMgPz8+PiIsInByb3BlcnRpZXMiOnsicSI6' +
  'ImErYi9jPWQmZSJ9fQ==';
export const SP_5 =
  'eyJ3cml0ZUtleSI6IldLIiwidXNlcklkIjoidT8-fsO_IiwiZXZlbnQiOiLDnG7Dr2PDtmTDqSDinJMgPz8-PiIsInByb3BlcnRpZXMiOnsicSI6' +
  'ImErYi9jPWQmZSJ9fQ';
/** The URL of a document of ours would have `%20` where it shows blanks. */
export const SP_6 =
  'userId=user_123&event=Email%20Opened&properties.subject=The%20Electric%20Daily' +
  '&properties.email=jane.kim@example.com&writeKey=K';

/** What every event of a pixel has here: the client sends no user agent. */
const ENRICHED = { context: { ip: '127.0.0.1' }, integrations: {} };

export const SP_1_EVENT: ExpectedEvent = {
  type: 'track',
  userId: '025pikachu025',
  event: 'Email Opened',
  properties: { subject: 'The Electric Daily', email: 'peekAtMe@email.poke' },
  ...ENRICHED,
  nothingElse: true,
};
const SP_3_EVENT: ExpectedEvent = {
  ...SP_1_EVENT,
  userId: 'user_123',
  properties: { subject: 'The Electric Daily', email: 'jane.kim@example.com' },
};
export const SP_4_EVENT: ExpectedEvent = {
  type: 'track',
  userId: 'u?>~ÿ',
  event: 'Ünïcödé ✓ ??>>',
  properties: { q: 'a+b/c=d&e' },
  ...ENRICHED,
  nothingElse: true,
};
export const SP_6_EVENT = SP_3_EVENT;

/** A track pixel with this query becomes this event. */
export const tracked = (query: string, event: ExpectedEvent) => ({
  send: get(`/v1/pixel/track?${query}`),
  answer: GIF(200),
  event,
});

/** WIRE 4.4. */
export const segmentVectors: readonly Row[] = [
  { id: 'SP-1', title: 'the sample of the document, unpadded', ...tracked(`data=${SP_1}`, SP_1_EVENT) },
  {
    id: 'SP-2',
    title: 'the same with padding, raw and percent-encoded',
    cases: ['==', '%3D%3D'].map((padding) => tracked(`data=${SP_1}${padding}`, SP_1_EVENT)),
  },
  { id: 'SP-3', title: "the JSON of the document's listing", ...tracked(`data=${SP_3}`, SP_3_EVENT) },
  {
    id: 'SP-4',
    title: 'the standard alphabet, raw, so that a plus arrives as a blank, and percent-encoded',
    cases: [SP_4, encodeURIComponent(SP_4)].map((data) => tracked(`data=${data}`, SP_4_EVENT)),
  },
  { id: 'SP-5', title: 'the URL-safe alphabet, unpadded', ...tracked(`data=${SP_5}`, SP_4_EVENT) },
  { id: 'SP-6', title: 'parameters with dots, blanks as %20', ...tracked(SP_6, SP_6_EVENT) },
  { id: 'SP-7', title: 'the same, blanks as plus', ...tracked(SP_6.replaceAll('%20', '+'), SP_6_EVENT) },
  {
    id: 'SP-8',
    title: 'percent-encoded JSON as data',
    send: get('/v1/pixel/page?data=%7B%22writeKey%22%3A%22K%22%2C%22anonymousId%22%3A%22a%22%7D'),
    answer: GIF(200),
    event: { type: 'page', anonymousId: 'a', properties: {}, ...ENRICHED, nothingElse: true },
  },
  {
    id: 'SP-9',
    title: 'the page call of AMP: no name, the context nested, the measures of the screen as numbers',
    send: get(
      '/v1/pixel/page?writeKey=K&context.library.name=amp&anonymousId=amp-xyz&context.locale=en-us' +
        '&context.page.path=%2Farticle&context.page.url=http%3A%2F%2Fexample.com%2Farticle&context.page.referrer=' +
        '&context.page.title=My%20Article&context.screen.width=600&context.screen.height=800&name=',
    ),
    answer: GIF(200),
    event: {
      type: 'page',
      anonymousId: 'amp-xyz',
      properties: {},
      context: {
        ip: '127.0.0.1',
        library: { name: 'amp' },
        locale: 'en-us',
        page: { path: '/article', url: 'http://example.com/article', referrer: '', title: 'My Article' },
        screen: { width: 600, height: 800 },
      },
      integrations: {},
      absent: ['name'],
      nothingElse: true,
    },
  },
];

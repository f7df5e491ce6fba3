import { brotliCompressSync, gzipSync } from 'node:zlib';
import { and, empty, OK, ORIGIN, READABLE, refused, SECONDS } from '../answers.js';
import { before, many, NOW, UUID } from '../expectations.js';
import { type Row } from '../row.js';
import {
  basic,
  call,
  chunked,
  get,
  gzipped,
  ITEM,
  KEY,
  keyless,
  DISABLED_KEY,
  OTHER_KEY,
  post,
  raw,
  sized,
  sizedBatch,
  TRACK,
} from '../sends.js';

const BATCH_PATHS = ['/v1/batch', '/v1/import', '/v1/b'];
const TYPE_OF = {
  identify: { userId: 'u', traits: { plan: 'pro' } },
  track: TRACK,
  page: { userId: 'u', name: 'Home' },
  screen: { userId: 'u', name: 'Home' },
  group: { userId: 'u', groupId: 'g' },
  alias: { userId: 'u', previousId: 'p' },
};
const TYPES = Object.entries(TYPE_OF);

const track = JSON.stringify(TRACK);
const item = (userId: string) => ({ ...ITEM, userId });
/** A thousand times a mebibyte of nothing, which gzip makes a thousand bytes of. */
const mebibyteOfZeros = gzipSync(Buffer.alloc(1_048_576));
const bomb = (mebibytes: number): Buffer => Buffer.concat(many(mebibytes, mebibyteOfZeros));
const ASKED = 'authorization,content-type,x-retry-count';
const preflight = (path: string) =>
  call('OPTIONS', path, {
    Origin: ORIGIN,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': ASKED,
  });
const ALLOWED = empty(204, {
  'access-control-allow-origin': ORIGIN,
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': ASKED,
  'access-control-allow-credentials': 'true',
  'access-control-max-age': /^[1-9]\d*$/,
  vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
});
const WAIT = { 'retry-after': SECONDS };

/** WIRE 7.1: transport, auth, envelope. */
export const transport: readonly Row[] = [
  {
    id: '7.1-1',
    title:
      'a valid track call with the key in Basic is answered 200 with exactly the bytes that SDKs compare',
    send: post('/v1/track', { ...TRACK, properties: { total: 12.5 } }),
    answer: and(OK, { 'content-length': '16' }),
    event: { type: 'track', ...TRACK, properties: { total: 12.5 } },
  },
  {
    id: '7.1-2',
    title: 'the key may be in the body only',
    send: keyless(post('/v1/track', { ...TRACK, writeKey: KEY })),
    answer: OK,
    event: { ...TRACK, absent: ['writeKey'] },
  },
  {
    id: '7.1-3',
    title: 'the key of an envelope holds for all its items',
    send: keyless(post('/v1/batch', { writeKey: KEY, batch: [item('a'), item('b'), item('c')] })),
    answer: OK,
    events: [{ userId: 'a' }, { userId: 'b' }, { userId: 'c' }],
  },
  {
    id: '7.1-4',
    title: 'a Basic value that was encoded without the colon is accepted',
    send: post('/v1/track', TRACK, { Authorization: basic(KEY) }),
    answer: OK,
    event: TRACK,
  },
  {
    id: '7.1-5',
    title: 'a password in Basic is ignored',
    send: post('/v1/track', TRACK, { Authorization: basic(`${KEY}:secret`) }),
    answer: OK,
    event: TRACK,
  },
  {
    id: '7.1-6',
    title: 'the scheme may be written in lower case',
    send: post('/v1/track', TRACK, { Authorization: basic(`${KEY}:`).replace('Basic', 'basic') }),
    answer: OK,
    event: TRACK,
  },
  {
    id: '7.1-7',
    title: 'where the keys of header and body differ, the header wins',
    send: post('/v1/track', { ...TRACK, writeKey: OTHER_KEY }),
    answer: OK,
    event: { projectId: 'main' },
  },
  {
    id: '7.1-8',
    title: 'no key anywhere is 401',
    cases: ['/v1/track', '/v1/t', '/v1/batch'].map((path) => ({
      send: keyless(post(path, { ...TRACK, batch: [ITEM] })),
      answer: refused(401, 'invalid_write_key'),
    })),
  },
  {
    id: '7.1-9',
    title: 'an unknown key is 401, with code and message',
    cases: [
      {
        send: post('/v1/track', TRACK, { Authorization: basic('nobody:') }),
        answer: refused(401, 'invalid_write_key'),
      },
      {
        send: keyless(post('/v1/track', { ...TRACK, writeKey: 'nobody' })),
        answer: refused(401, 'invalid_write_key'),
      },
    ],
  },
  {
    id: '7.1-10',
    title: 'malformed Basic counts as none, and the key in the body is taken',
    send: post('/v1/track', { ...TRACK, writeKey: KEY }, { Authorization: 'Basic ???' }),
    answer: OK,
    event: TRACK,
  },
  {
    id: '7.1-11',
    title: 'a Bearer token beside the key in the body is accepted where OAuth is not enforced',
    send: post('/v1/track', { ...TRACK, writeKey: KEY }, { Authorization: 'Bearer token' }),
    answer: OK,
    event: TRACK,
  },
  {
    id: '7.1-12',
    title: 'a Bearer token does not replace the key',
    send: post('/v1/track', TRACK, { Authorization: 'Bearer token' }),
    answer: refused(401, 'invalid_write_key'),
  },
  {
    id: '7.1-13',
    title: 'text/plain is read as JSON',
    send: raw('/v1/track', track, { 'Content-Type': 'text/plain' }),
    answer: OK,
    event: TRACK,
  },
  {
    id: '7.1-14',
    title: 'a body without a Content-Type is read as JSON',
    send: raw('/v1/track', track),
    answer: OK,
    event: TRACK,
  },
  {
    id: '7.1-15',
    title: 'gzipped JSON that calls itself a form is read as JSON',
    send: gzipped(
      post('/v1/batch', { batch: [ITEM] }, { 'Content-Type': 'application/x-www-form-urlencoded' }),
    ),
    answer: OK,
    event: TRACK,
  },
  {
    id: '7.1-16',
    title: 'every charset is read as UTF-8',
    cases: ['charset=utf-8', 'charset=UTF-8', 'charset=latin1'].map((charset) => ({
      send: post(
        '/v1/track',
        { userId: 'u', event: 'Grüße ✓' },
        { 'Content-Type': `application/json; ${charset}` },
      ),
      answer: OK,
      event: { event: 'Grüße ✓' },
    })),
  },
  { id: '7.1-17', title: 'gzip', send: gzipped(post('/v1/track', TRACK)), answer: OK, event: TRACK },
  {
    id: '7.1-18',
    title: 'gzip in chunks, without a Content-Length',
    send: chunked(gzipped(post('/v1/batch', { batch: [ITEM] }))),
    answer: OK,
    event: TRACK,
  },
  {
    id: '7.1-19',
    title: 'plain bytes under Content-Encoding: gzip are 400, not a 500 that SDKs would repeat',
    send: post('/v1/track', TRACK, { 'Content-Encoding': 'gzip' }),
    answer: refused(400, 'invalid_encoding'),
  },
  {
    id: '7.1-20',
    title: 'a gzip bomb is 400: 1 MB that would be 1 GB, and one that is small enough to be looked into',
    cases: [
      {
        send: raw('/v1/batch', bomb(1024), { 'Content-Encoding': 'gzip' }),
        answer: refused(400, 'payload_too_large'),
      },
      {
        send: raw('/v1/batch', bomb(400), { 'Content-Encoding': 'gzip' }),
        answer: refused(400, 'payload_too_large'),
      },
    ],
  },
  {
    id: '7.1-21',
    title: 'other encodings are 400',
    cases: ['br', 'zstd'].map((encoding) => ({
      send: raw('/v1/track', brotliCompressSync(track), { 'Content-Encoding': encoding }),
      answer: refused(400, 'invalid_encoding'),
    })),
  },
  {
    id: '7.1-22',
    title: 'an empty body',
    cases: [
      { send: raw('/v1/track', ''), answer: refused(400, 'invalid_json') },
      { send: raw('/v1/batch', ''), answer: refused(400, 'invalid_json') },
    ],
  },
  {
    id: '7.1-23',
    title: 'malformed JSON',
    cases: [
      { send: raw('/v1/track', '{bad'), answer: refused(400, 'invalid_json') },
      { send: raw('/v1/batch', '{"batch":[{]}'), answer: refused(400, 'invalid_json') },
    ],
  },
  {
    id: '7.1-24',
    title: 'a body that is JSON and no object',
    cases: ['null', '1', '"x"', '[]'].map((body) => ({
      send: raw('/v1/track', body),
      answer: refused(400, 'invalid_json'),
    })),
  },
  {
    id: '7.1-25',
    title: 'a byte order mark before the JSON is skipped',
    send: raw('/v1/track', `\uFEFF${track}`),
    answer: OK,
    event: TRACK,
  },
  {
    id: '7.1-26',
    title: 'of duplicate keys the last wins, also where numbers are read digit by digit',
    cases: [
      {
        send: raw('/v1/track', '{"userId":"a","event":"e","userId":"b"}'),
        answer: OK,
        event: { userId: 'b' },
      },
      {
        send: raw('/v1/track', '{"userId":"a","event":"e","n":18446744073709551615,"userId":"b"}'),
        answer: OK,
        event: { userId: 'b' },
      },
    ],
  },
  {
    id: '7.1-27',
    title: 'a single call of exactly 32,768 bytes is accepted',
    send: raw('/v1/track', sized(32_768, '{"userId":"u","event":"e","fill":"', '"}')),
    answer: OK,
    event: { userId: 'u' },
  },
  {
    id: '7.1-28',
    title: 'a single call of 32,769 bytes is too large',
    send: raw('/v1/track', sized(32_769, '{"userId":"u","event":"e","fill":"', '"}')),
    answer: refused(400, 'payload_too_large'),
  },
  {
    id: '7.1-29',
    title: 'a batch of exactly 512,000 bytes is accepted',
    send: raw('/v1/batch', sizedBatch(512_000, 20)),
    answer: OK,
    events: many(20, TRACK),
  },
  {
    id: '7.1-30',
    title: 'a batch of 512,001 bytes is too large',
    send: raw('/v1/batch', sizedBatch(512_001, 20)),
    answer: refused(400, 'payload_too_large'),
  },
  {
    id: '7.1-31',
    title: 'a batch of 507,768 bytes, to which Python may overshoot, is accepted',
    send: raw('/v1/batch', sizedBatch(507_768, 20)),
    answer: OK,
    events: many(20, TRACK),
  },
  {
    id: '7.1-32',
    title: 'a batch of 2,500 messages is accepted',
    send: post('/v1/batch', { batch: many(2_500, ITEM) }),
    answer: OK,
    events: many(2_500, TRACK),
  },
  {
    id: '7.1-33',
    title: 'a batch of 2,501 messages is refused',
    send: post('/v1/batch', { batch: many(2_501, ITEM) }),
    answer: refused(400, 'too_many_events'),
  },
  {
    id: '7.1-34',
    title: 'an item that is too large is dropped, the others are kept',
    send: post('/v1/batch', {
      batch: [item('a'), { ...item('b'), properties: { fill: 'x'.repeat(33_000) } }, item('c')],
    }),
    answer: OK,
    events: [{ userId: 'a' }, { userId: 'c' }],
    rejected: [{ code: 'event_too_large', index: 1 }],
  },
  {
    id: '7.1-35',
    title: 'of a mixed batch the valid items are published',
    send: post('/v1/batch', {
      batch: [item('a'), { type: 'track', userId: 'b' }, item('c'), { type: 'page' }],
    }),
    answer: OK,
    events: [{ userId: 'a' }, { userId: 'c' }],
    rejected: [
      { code: 'event_not_defined', pointer: '/event', index: 1 },
      { code: 'no_user_anon_id', index: 3 },
    ],
  },
  {
    id: '7.1-36',
    title: 'a batch without any valid item is refused',
    send: post('/v1/batch', {
      batch: [
        { type: 'track', userId: 'b' },
        { type: 'foo', userId: 'b' },
      ],
    }),
    answer: refused(400, 'empty_batch_result'),
    rejected: ['event_not_defined', 'invalid_type'],
  },
  {
    id: '7.1-37',
    title: 'an empty batch is refused',
    send: post('/v1/batch', { batch: [] }),
    answer: refused(400, 'empty_batch'),
  },
  {
    id: '7.1-38',
    title: 'a batch that is missing or no array is refused',
    cases: [{}, { batch: {} }, { batch: 'x' }, { batch: null }].map((body) => ({
      send: post('/v1/batch', body),
      answer: refused(400, 'empty_batch'),
    })),
  },
  {
    id: '7.1-39',
    title: 'items that are no objects are dropped, the others are kept',
    send: post('/v1/batch', { batch: ['x', item('a'), [], null] }),
    answer: OK,
    event: { userId: 'a' },
    rejected: [
      { code: 'bad_request', index: 0 },
      { code: 'bad_request', index: 2 },
      { code: 'bad_request', index: 3 },
    ],
  },
  {
    id: '7.1-40',
    title: 'items without a type, or with one that is none of the six, are dropped',
    send: post('/v1/batch', {
      batch: [TRACK, { ...TRACK, type: 'Track' }, { ...TRACK, type: 'foo' }, item('a')],
    }),
    answer: OK,
    event: { userId: 'a' },
    rejected: many(3, { code: 'invalid_type', pointer: '/type' }),
  },
  {
    id: '7.1-41',
    title: 'a batch may hold an alias',
    send: post('/v1/batch', { batch: [{ type: 'alias', userId: 'u', previousId: 'p' }] }),
    answer: OK,
    event: { type: 'alias', userId: 'u', previousId: 'p' },
  },
  {
    id: '7.1-42',
    title: "contexts are merged in depth, and the item's own word wins, a null too",
    send: post('/v1/batch', {
      context: { locale: 'en', app: { name: 'shop' }, library: { name: 'lib', version: '1' } },
      batch: [{ ...ITEM, context: { locale: 'de', app: null, library: { version: '2' } } }],
    }),
    answer: OK,
    event: { context: { locale: 'de', app: null, library: { name: 'lib', version: '2' } } },
  },
  {
    id: '7.1-43',
    title: "Go's library, which is in the envelope only, reaches every item",
    send: post('/v1/batch', {
      messageId: 'of-the-envelope',
      sentAt: '2026-01-02T03:04:05Z',
      context: { library: { name: 'analytics-go', version: '3.0.0' } },
      batch: [ITEM, { ...ITEM, context: { timezone: 'Europe/Berlin' } }],
    }),
    answer: OK,
    events: [
      { context: { library: { name: 'analytics-go', version: '3.0.0' } } },
      { context: { library: { name: 'analytics-go', version: '3.0.0' }, timezone: 'Europe/Berlin' } },
    ],
  },
  {
    id: '7.1-44',
    title: 'integrations of envelope and item are merged',
    send: post('/v1/batch', {
      integrations: { All: false },
      batch: [{ ...ITEM, integrations: { Mixpanel: true } }],
    }),
    answer: OK,
    event: { integrations: { All: false, Mixpanel: true } },
  },
  {
    id: '7.1-45',
    title: "an envelope's messageId is not inherited: each item gets one of its own",
    send: post('/v1/batch', { messageId: 'of-the-envelope', batch: [ITEM, ITEM] }),
    answer: OK,
    events: many(2, { messageId: UUID }),
  },
  {
    id: '7.1-46',
    title: 'a sentAt of the envelope corrects the clock of each item',
    send: post('/v1/batch', {
      sentAt: '2026-01-02T03:04:05Z',
      batch: [
        { ...ITEM, timestamp: '2026-01-02T03:04:00Z' },
        { ...ITEM, timestamp: '2026-01-02T03:04:04Z' },
      ],
    }),
    answer: OK,
    events: [
      { times: { sentAt: '2026-01-02T03:04:05.000Z', timestamp: before(5_000) } },
      { times: { sentAt: '2026-01-02T03:04:05.000Z', timestamp: before(1_000) } },
    ],
  },
  {
    id: '7.1-47',
    title: "of two sentAt the item's wins",
    send: post('/v1/batch', {
      sentAt: '2026-01-02T03:04:05Z',
      batch: [{ ...ITEM, timestamp: '2026-01-02T03:04:00Z', sentAt: '2026-01-02T03:04:02Z' }],
    }),
    answer: OK,
    event: { times: { sentAt: '2026-01-02T03:04:02.000Z', timestamp: before(2_000) } },
  },
  {
    id: '7.1-48',
    title: 'a timestamp of the envelope is ignored',
    send: post('/v1/batch', { timestamp: '2020-01-01T00:00:00Z', batch: [ITEM] }),
    answer: OK,
    event: { times: { timestamp: NOW, originalTimestamp: NOW } },
  },
  {
    id: '7.1-49',
    title: 'a slash behind the path does no harm',
    cases: ['/v1/import/', '/v1/batch/', '/v1/b/'].map((path) => ({
      send: post(path, { batch: [ITEM] }),
      answer: OK,
      event: TRACK,
    })),
  },
  {
    id: '7.1-50',
    title: 'the three paths of a batch treat its envelope alike',
    cases: BATCH_PATHS.map((path) => ({
      send: keyless(
        post(path, {
          writeKey: KEY,
          sentAt: '2026-01-02T03:04:05Z',
          context: { ip: '192.0.2.1', locale: 'en' },
          integrations: { All: false },
          batch: [{ ...ITEM, timestamp: '2026-01-02T03:04:00Z' }, { type: 'foo' }],
        }),
      ),
      answer: OK,
      event: {
        ...TRACK,
        context: { ip: '192.0.2.1', locale: 'en' },
        integrations: { All: false },
        times: { timestamp: before(5_000) },
      },
      rejected: ['invalid_type'],
    })),
  },
  {
    id: '7.1-51',
    title: "the short paths are named by the types' first letters",
    cases: TYPES.map(([type, message]) => ({
      send: post(`/v1/${type.charAt(0)}`, message),
      answer: OK,
      event: { type, ...message },
    })),
  },
  {
    id: '7.1-52',
    title: 'metrics of an SDK need no key and record nothing',
    send: { ...keyless(raw('/v1/m', '{"series":[]}', { 'Content-Type': 'text/plain' })) },
    answer: OK,
  },
  {
    id: '7.1-53',
    title: 'GET on a tracking path is 405 and says what is allowed',
    send: get('/v1/track'),
    answer: refused(405, 'method_not_allowed', { allow: 'POST, OPTIONS' }),
  },
  {
    id: '7.1-54',
    title: 'an unknown path is 404',
    send: post('/v1/foo', TRACK),
    answer: refused(404, 'not_found'),
  },
  {
    id: '7.1-55',
    title: 'a preflight echoes what is asked for',
    send: preflight('/v1/t'),
    answer: ALLOWED,
  },
  {
    id: '7.1-56',
    title: 'a preflight is answered at unknown paths too',
    send: preflight('/v1/foo'),
    answer: ALLOWED,
  },
  {
    id: '7.1-57',
    title: 'a call with credentials gets its own origin back, never a star',
    send: post('/v1/t', TRACK, { Origin: ORIGIN, Cookie: 'a=b' }),
    answer: and(OK, READABLE),
    event: TRACK,
  },
  {
    id: '7.1-58',
    title: 'errors can be read across origins too: 401, 404, 429, 500 and 503',
    cases: [
      {
        send: post('/v1/t', TRACK, { Origin: ORIGIN, Authorization: basic('nobody:') }),
        answer: refused(401, 'invalid_write_key', READABLE),
      },
      { send: post('/v1/foo', TRACK, { Origin: ORIGIN }), answer: refused(404, 'not_found', READABLE) },
      {
        log: 'full',
        send: post('/v1/t', TRACK, { Origin: ORIGIN }),
        answer: refused(429, 'rate_limited', READABLE),
      },
      {
        log: 'faulty',
        send: post('/v1/t', TRACK, { Origin: ORIGIN }),
        answer: refused(500, 'internal_error', READABLE),
      },
      {
        log: 'away',
        send: post('/v1/t', TRACK, { Origin: ORIGIN }),
        answer: refused(503, 'unavailable', READABLE),
      },
    ],
  },
  {
    id: '7.1-59',
    title: '429 says in whole seconds how long to wait, where a browser can read it',
    log: 'full',
    send: post('/v1/b', { batch: [ITEM] }, { Origin: ORIGIN }),
    answer: refused(429, 'rate_limited', { ...READABLE, 'retry-after': '1', 'x-ratelimit-reset': '1' }),
  },
  {
    id: '7.1-60',
    title: 'with the log away the answer is 503 and never 200, also to a call that would be refused',
    cases: [
      { log: 'away', send: post('/v1/track', TRACK), answer: refused(503, 'unavailable', WAIT) },
      { log: 'away', send: post('/v1/batch', { batch: [ITEM] }), answer: refused(503, 'unavailable', WAIT) },
      { log: 'away', send: raw('/v1/track', '{bad'), answer: refused(503, 'unavailable', WAIT) },
    ],
  },
  {
    id: '7.1-61',
    title: 'a message that is sent again is answered like the first time',
    send: [
      post('/v1/track', { ...TRACK, messageId: '7.1-61' }),
      post('/v1/track', { ...TRACK, messageId: '7.1-61' }, { 'X-Retry-Count': '1' }),
    ],
    answer: OK,
    event: { messageId: '7.1-61' },
  },
  {
    id: '7.1-62',
    title: 'success is 200 at every path, never 201 or 204',
    cases: [
      ...TYPES.map(([type, message]) => ({
        send: post(`/v1/${type}`, message),
        answer: OK,
        event: { type },
      })),
      ...BATCH_PATHS.map((path) => ({ send: post(path, { batch: [ITEM] }), answer: OK, event: TRACK })),
      {
        send: keyless(post(`/beacon/v1/batch?writeKey=${KEY}`, { batch: [ITEM] })),
        answer: OK,
        event: TRACK,
      },
      { send: keyless(post('/v1/m', { series: [] })), answer: OK },
    ],
  },
  {
    id: '7.1-63',
    title: 'an error has a code, a message and success: false, whatever went wrong',
    cases: [
      { send: raw('/v1/track', '{'), answer: refused(400, 'invalid_json') },
      {
        send: post('/v1/track', TRACK, { 'Content-Encoding': 'gzip' }),
        answer: refused(400, 'invalid_encoding'),
      },
      { send: post('/v1/track', { fill: 'x'.repeat(33_000) }), answer: refused(400, 'payload_too_large') },
      { send: post('/v1/track', { event: 'E' }), answer: refused(400, 'no_user_anon_id') },
      { send: post('/v1/batch', {}), answer: refused(400, 'empty_batch') },
      { send: keyless(post('/v1/track', TRACK)), answer: refused(401, 'invalid_write_key') },
      {
        send: post('/v1/track', TRACK, { Authorization: basic(`${DISABLED_KEY}:`) }),
        answer: refused(401, 'source_disabled'),
      },
      { send: get('/'), answer: refused(404, 'not_found') },
      { send: call('DELETE', '/v1/track'), answer: refused(405, 'method_not_allowed') },
      { log: 'full', send: post('/v1/track', TRACK), answer: refused(429, 'rate_limited') },
      { log: 'faulty', send: post('/v1/track', TRACK), answer: refused(500, 'internal_error') },
      { log: 'away', send: post('/v1/track', TRACK), answer: refused(503, 'unavailable') },
    ],
  },
];

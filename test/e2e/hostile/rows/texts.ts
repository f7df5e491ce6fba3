import { gzipSync } from 'node:zlib';
import { WRITE_KEY } from '../../../support/product.js';
import { batchOf, get, head, message, post, type Row } from '../row.js';

/** As they stand in JSON, but for the last two, which are bytes that are no UTF-8. */
const TEXTS: Readonly<Record<string, string>> = {
  NUL: 'a\\u0000b',
  'a high surrogate alone': 'a\\ud800b',
  'a low surrogate alone': 'a\\udfffb',
  'surrogates in the wrong order': 'a\\udc00\\ud800b',
  'text that turns around': 'a\\u202eb',
  'bytes that are no UTF-8': 'a\xff\xfe\xc0\xaf\xed\xa0\x80b',
  'a character that ends too early': 'a\xf0\x9f\x98',
};

/** Latin-1 makes bytes of the escapes above, exactly as written. */
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** All fields at once: a text that one of them cannot bear would cost the answer. */
const everywhere = (text: string, id: string) =>
  message(
    `"${text}":"${text}","anonymousId":"${text}","name":"${text}","category":"${text}","channel":"${text}",` +
      `"timestamp":"${text}","sentAt":"${text}","messageId":"${id}","extra":["${text}"],` +
      `"context":{"${text}":"${text}","ip":"${text}","userAgent":"${text}","locale":"${text}"},` +
      `"integrations":{"${text}":true},"properties":{"${text}":{"${text}":["${text}"]}}`,
  );

const inFields = Object.entries(TEXTS).flatMap(([name, text], index): Row[] => [
  {
    name: `${name} in every field`,
    parts: () => post('/v1/track', bytes(everywhere(text, `text-${index}`))),
    answers: [200],
    event: { messageId: `text-${index}`, like: { userId: 'u', event: 'Hostile' } },
  },
  {
    name: `${name} in every field of a batch`,
    parts: () => post('/v1/batch', bytes(`{"sentAt":"${text}","batch":[${everywhere(text, '')}]}`)),
    answers: [200],
  },
  {
    name: `${name} in user id and event`,
    parts: () => post('/v1/track', bytes(`{"userId":"${text}","event":"${text}"}`)),
    answers: [200],
  },
  {
    name: `${name} in the write key`,
    parts: () => {
      const body = bytes(`{"writeKey":"${text}","userId":"u","event":"e"}`);
      return [head('POST /v1/track', `Content-Length: ${body.length}`), body];
    },
    answers: [401],
    code: 'invalid_write_key',
  },
  {
    name: `${name} in a type`,
    parts: () => post('/v1/batch', bytes(batchOf(`{"type":"${text}","userId":"u"}`))),
    answers: [400],
    code: 'empty_batch_result',
  },
]);

const MESSAGE_IDS: Readonly<Record<string, string>> = {
  'control characters': '\\u0001\\u001f\\u007f\\u0085id-1',
  'a line break and a header': 'id-2\\r\\nX-Injected: yes',
  NUL: 'id\\u0000-3',
  'only invisible characters': '\\u200b\\u200d\\ufeff',
  'lone surrogates': '\\ud800\\udc00\\udfff',
};

const messageIds = Object.entries(MESSAGE_IDS).map(([name, id]): Row => ({
  name: `a message id of ${name}`,
  parts: () => post('/v1/track', message(`"messageId":"${id}"`)),
  answers: [200],
}));

const MEGABYTE = 'x'.repeat(1_000_000);

const long: readonly Row[] = [
  ...['userId', 'anonymousId', 'messageId', 'event', 'writeKey'].map((field): Row => ({
    name: `${field} of 1 MB, in gzip`,
    parts: () =>
      post(
        '/v1/batch',
        gzipSync(batchOf(`{"type":"track","${field}":"${MEGABYTE}"}`)),
        'Content-Encoding: gzip',
      ),
    answers: [400],
    code: 'payload_too_large',
  })),
  {
    name: 'a user id of 30 kB',
    parts: () => post('/v1/track', `{"event":"e","userId":"${'x'.repeat(30_000)}"}`),
    answers: [400],
    code: 'id_too_long',
  },
  {
    name: 'a message id of 30 kB',
    parts: () => post('/v1/track', message(`"messageId":"${'x'.repeat(30_000)}"`)),
    answers: [400],
    code: 'message_id_too_long',
  },
  {
    name: 'a write key of 30 kB',
    parts: () => {
      const body = `{"writeKey":"${'x'.repeat(30_000)}"}`;
      return [head('POST /v1/track', `Content-Length: ${body.length}`), body];
    },
    answers: [401],
    code: 'invalid_write_key',
  },
];

/** Texts that make a careless regular expression try everything. */
const HOSTILE_DATES = [
  '2024-01-01T00:00:00.' + '9'.repeat(20_000),
  `${' '.repeat(20_000)}x`,
  `Mon, 1 Jan 2024 ${'00:'.repeat(8_000)}`,
  `2024-01-01 00:00:00 ${'(('.repeat(8_000)}`,
  `${'1'.repeat(20_000)}x`,
  `${'jan '.repeat(5_000)}2024`,
];

const dates = HOSTILE_DATES.map((date, index): Row => ({
  name: `a date of ${date.length} characters such as ${JSON.stringify(date.slice(0, 24))}`,
  parts: () =>
    post(
      '/v1/track',
      message(
        `"messageId":"date-${index}","timestamp":"${date}","context":{"x":"writeKey${' '.repeat(5_000)}"}`,
      ),
    ),
  answers: [200],
  event: { messageId: `date-${index}`, like: { userId: 'u', event: 'Hostile' } },
  withinMs: 2_000,
}));

const credentials = [
  `Basic ${'A'.repeat(100_000)}!`,
  `Basic${' '.repeat(100_000)}`,
  `Basic ${'= '.repeat(50_000)}`,
  'Basic \xff\xfe',
  `Basic ${btoa(':'.repeat(1000))}`,
  `Bearer ${'x.'.repeat(30_000)}`,
  ',,,,',
].map((authorization): Row => ({
  name: `Authorization: ${authorization.slice(0, 20).trim()} of ${authorization.length} bytes`,
  parts: () => [
    bytes(head('POST /v1/track', `Authorization: ${authorization}`, `Content-Length: ${message().length}`)),
    message(),
  ],
  answers: [401],
  code: 'invalid_write_key',
}));

const base64: readonly Row[] = [
  ['60,000 blanks', '%20'.repeat(20_000)],
  ['60,000 times =', '='.repeat(60_000)],
  ['line breaks', '%0D%0A'.repeat(10_000)],
  ['60,000 characters and a wrong one', `${'A'.repeat(60_000)}%21`],
  ['base64 of no UTF-8', Buffer.from('{"userId":"\xff"', 'latin1').toString('base64')],
  ['NUL', '%00'.repeat(1_000)],
].map(([name, data]): Row => ({
  name: `the data of a pixel: ${name}`,
  parts: () => get(`/v1/pixel/track?writeKey=${WRITE_KEY}&data=${data}`),
  answers: [200],
  withinMs: 2_000,
}));

const encodings: readonly Row[] = [
  {
    name: 'UTF-16 with its mark',
    parts: () => post('/v1/track', Buffer.from(`\ufeff${message()}`, 'utf16le')),
    answers: [400],
    code: 'invalid_json',
  },
  {
    name: 'two marks before the JSON',
    parts: () => post('/v1/track', `\ufeff\ufeff${message()}`),
    answers: [400],
    code: 'invalid_json',
  },
  {
    name: 'random bytes',
    parts: () => post('/v1/track', Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 7919) % 256))),
    answers: [400],
    code: 'invalid_json',
  },
];

export const texts: readonly Row[] = [
  ...inFields,
  ...messageIds,
  ...long,
  ...dates,
  ...credentials,
  ...base64,
  ...encodings,
];

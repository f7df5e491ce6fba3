import { AUTHORIZATION, get, head, message, type Part, post, type Row } from '../row.js';

const LENGTH = `Content-Length: ${message().length}`;
const bytes = (...headers: readonly string[]): Part[] => [
  Buffer.from(head('POST /v1/track', ...headers), 'latin1'),
  message(),
];

const large: readonly Row[] = [
  {
    name: 'a header of 200 kB',
    parts: () => post('/v1/track', message(), `X-Large: ${'x'.repeat(200_000)}`),
    answers: [431],
    code: 'headers_too_large',
    times: 20,
  },
  {
    name: 'the name of a header of 200 kB',
    parts: () => post('/v1/track', message(), `X-${'x'.repeat(200_000)}: 1`),
    answers: [431],
    code: 'headers_too_large',
  },
  {
    name: '30,000 headers',
    parts: () => post('/v1/track', message(), ...Array.from({ length: 30_000 }, (_, n) => `X-${n}: 1`)),
    answers: [431],
    code: 'headers_too_large',
  },
  {
    name: '5,000 headers of one name',
    parts: () => post('/v1/track', message(), ...Array<string>(5_000).fill('X-Same: 1')),
    answers: [200],
  },
  {
    name: '10,000 hops in X-Forwarded-For',
    parts: () => post('/v1/track', message(), `X-Forwarded-For: ${Array(10_000).fill('1.2.3.4').join(', ')}`),
    answers: [200],
  },
  {
    name: 'a header without end',
    parts: function* () {
      yield 'POST /v1/track HTTP/1.1\r\nX-Endless: ';
      for (let n = 0; n < 1_000; n++) yield 'x'.repeat(65_536);
    },
    answers: [431],
    or: [],
    code: 'headers_too_large',
  },
  {
    name: '64 MB of lines before the request',
    parts: function* () {
      for (let n = 0; n < 1_000; n++) yield '\r\n'.repeat(32_768);
    },
    answers: [408],
    or: [],
  },
];

const twice: readonly Row[] = [
  {
    name: 'two lengths that differ',
    parts: () => bytes(`Authorization: ${AUTHORIZATION}`, LENGTH, 'Content-Length: 5'),
    answers: [400],
    code: 'bad_request',
  },
  {
    name: 'two lengths that are the same',
    parts: () => bytes(`Authorization: ${AUTHORIZATION}`, LENGTH, LENGTH),
    answers: [400],
    code: 'bad_request',
  },
  {
    name: 'two keys, of which the first counts',
    parts: () => bytes(`Authorization: ${AUTHORIZATION}`, `Authorization: Basic ${btoa('other:')}`, LENGTH),
    answers: [200],
  },
  {
    name: 'two keys, of which the second would be right',
    parts: () => bytes(`Authorization: Basic ${btoa('other:')}`, `Authorization: ${AUTHORIZATION}`, LENGTH),
    answers: [401],
    code: 'invalid_write_key',
  },
  {
    name: 'two encodings',
    parts: () => post('/v1/track', message(), 'Content-Encoding: gzip', 'Content-Encoding: gzip'),
    answers: [400],
    code: 'invalid_encoding',
  },
  {
    name: 'two hosts',
    parts: () => post('/v1/track', message(), 'Host: other'),
    answers: [200],
  },
];

/** What browsers send is echoed; nothing that could end a header may come back. */
const echoed: readonly Row[] = [
  {
    name: 'an Origin of odd bytes',
    parts: () => bytes(`Authorization: ${AUTHORIZATION}`, LENGTH, 'Origin: \xff\xfe\t\x80;"<script>'),
    answers: [200],
  },
  {
    name: 'a preflight that asks for headers of odd bytes',
    parts: () => [
      Buffer.from(
        head(
          'OPTIONS /v1/track',
          'Origin: https://a.example\t\xe9',
          'Access-Control-Request-Method: POST',
          'Access-Control-Request-Headers: \xff\xfe, \t"x"\x80',
        ),
        'latin1',
      ),
    ],
    answers: [204],
  },
  {
    name: 'a preflight that asks for 100 kB of headers',
    parts: () => [
      head(
        'OPTIONS /v1/track',
        'Origin: null',
        'Access-Control-Request-Method: POST',
        `Access-Control-Request-Headers: ${'x,'.repeat(50_000)}`,
      ),
    ],
    answers: [204],
  },
  ...['\0', '\r', '\n', '\x7f', '\x01', '\x0b'].map((character): Row => ({
    name: `an Origin with ${JSON.stringify(character)}`,
    parts: () => bytes(`Authorization: ${AUTHORIZATION}`, LENGTH, `Origin: https://a${character}b: c`),
    answers: [400],
    code: 'bad_request',
  })),
  {
    name: 'a header that goes on in the next line',
    parts: () => bytes(`Authorization: ${AUTHORIZATION}`, LENGTH, 'Origin: https://a\r\n X-Injected: yes'),
    answers: [400],
    code: 'bad_request',
  },
];

const odd: readonly Row[] = [
  {
    name: 'no Host',
    parts: () => ['GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
    answers: [400],
  },
  {
    name: 'a space before the colon',
    parts: () => get('/health/live', 'X-A : 1'),
    answers: [400],
    code: 'bad_request',
  },
  {
    name: 'a header without a colon',
    parts: () => get('/health/live', 'nothing'),
    answers: [400],
    code: 'bad_request',
  },
  {
    name: 'headers called __proto__ and constructor',
    parts: () => post('/v1/track', message(), '__proto__: polluted', 'constructor: x', 'hasOwnProperty: x'),
    answers: [200],
  },
  {
    name: 'Expect: 100-continue',
    parts: () => post('/v1/track', message(), 'Expect: 100-continue'),
    answers: [100, 200],
  },
  {
    name: 'an Expect that nobody knows',
    parts: () => post('/v1/track', message(), 'Expect: 200-ok'),
    answers: [417],
  },
  {
    name: 'an upgrade to a websocket',
    parts: () => [
      head(
        'GET /health/live',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Key: AAAA',
        'Sec-WebSocket-Version: 13',
      ),
    ],
    answers: [200],
  },
  {
    name: 'an upgrade of a call to HTTP/2',
    parts: () =>
      post(
        '/v1/track',
        message(),
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABk',
      ),
    answers: [200],
  },
];

export const headers: readonly Row[] = [...large, ...twice, ...echoed, ...odd];

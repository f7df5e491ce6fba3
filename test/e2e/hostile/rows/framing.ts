import { AUTHORIZATION, head, message, type Part, type Row } from '../row.js';

const KEY = `Authorization: ${AUTHORIZATION}`;
const CHUNKED = 'Transfer-Encoding: chunked';
const chunk = (data: string, extension = ''): string =>
  `${data.length.toString(16)}${extension}\r\n${data}\r\n`;
const chunked = (path: string, ...chunks: readonly Part[]): Part[] => [
  head(`POST ${path}`, KEY, CHUNKED),
  ...chunks,
];

function* chunksWithoutEnd(data: string, count: number): Iterable<Part> {
  yield head('POST /v1/batch', KEY, CHUNKED);
  const many = chunk(data).repeat(Math.ceil(65_536 / (data.length + 5)));
  for (let sent = 0; sent < count; sent++) yield many;
}

const chunks: readonly Row[] = [
  {
    name: 'chunks without end',
    parts: () => chunksWithoutEnd('x'.repeat(8_192), 100_000),
    answers: [400],
    or: [],
    code: 'payload_too_large',
  },
  {
    name: 'chunks of one byte without end',
    parts: () => chunksWithoutEnd('x', 100_000),
    answers: [400],
    or: [],
    code: 'payload_too_large',
  },
  {
    name: 'a body within its limit in 200,000 chunks',
    parts: () => chunksWithoutEnd('x', 20),
    answers: [400],
    or: [],
    code: 'payload_too_large',
    times: 10,
  },
  ...['zz', '-1', '0x10', '1 2', 'FFFFFFFFFFFFFFFFF', '', '+5'].map((size): Row => ({
    name: `a chunk of size ${JSON.stringify(size)}`,
    parts: () => chunked('/v1/track', `${size}\r\n${message()}\r\n0\r\n\r\n`),
    answers: [400],
    code: 'bad_request',
  })),

  {
    name: 'a chunk extension of 1 MB',
    parts: () => chunked('/v1/track', chunk(message(), `;${'x'.repeat(1_000_000)}`), '0\r\n\r\n'),
    answers: [413],
    code: 'payload_too_large',
  },
  {
    name: 'small extensions at 20,000 chunks',
    parts: () => chunked('/v1/track', chunk('x', ';a=b').repeat(20_000), '0\r\n\r\n'),
    answers: [400],
    or: [],
    code: 'payload_too_large',
  },
  {
    name: 'a trailer of 200 kB',
    parts: () => chunked('/v1/track', chunk(message()), `0\r\nX-Late: ${'x'.repeat(200_000)}\r\n\r\n`),
    answers: [431],
    code: 'headers_too_large',
  },
  {
    name: 'a chunk that is longer than it says',
    parts: () => chunked('/v1/track', `5\r\n${message()}\r\n0\r\n\r\n`),
    answers: [400],
    code: 'bad_request',
  },
];

const lengths: readonly Row[] = [
  ...['-1', 'abc', '1e3', '0x10', '99999999999999999999', '5, 5', '+5', ''].map((length): Row => ({
    name: `Content-Length: ${length}`,
    parts: () => [head('POST /v1/track', KEY, `Content-Length: ${length}`), message()],
    answers: [400],
  })),
  {
    name: 'a length of 9 PB',
    parts: () => [head('POST /v1/batch', KEY, 'Content-Length: 9007199254740991'), message()],
    answers: [400],
    code: 'payload_too_large',
  },
  {
    name: 'a length that is too short: what follows is no request',
    parts: () => [
      `POST /v1/track HTTP/1.1\r\nHost: x\r\n${KEY}\r\nContent-Length: ${message().length}\r\n\r\n`,
      message(),
      message(),
    ],
    answers: [200, 400],
    code: 'bad_request',
  },
];

/** What a proxy might read in another way than we do, to smuggle a request past it. */
const smuggling: readonly Row[] = [
  ['Transfer-Encoding: chunked', 'Content-Length: 4'],
  ['Content-Length: 4', 'Transfer-Encoding: chunked'],
  ['Content-Length: 4', 'Transfer-Encoding: identity'],
  ['Transfer-Encoding: xchunked'],
  ['Transfer-Encoding: chunked, identity'],
  ['Transfer-Encoding: identity, chunked', 'Content-Length: 4'],
  ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
  ['Transfer-Encoding : chunked'],
  ['Transfer-Encoding:\x0bchunked'],
  ['X: y\nTransfer-Encoding: chunked'],
].map((headers): Row => ({
  name: JSON.stringify(headers.join(' + ')),
  parts: () => [
    `POST /v1/track HTTP/1.1\r\nHost: x\r\n${KEY}\r\n${headers.join('\r\n')}\r\n\r\n`,
    `0\r\n\r\nGET /v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n`,
  ],
  answers: [400],
  code: 'bad_request',
}));

const pipelined = Array.from({ length: 100 }, (_, n) =>
  n % 2 === 0
    ? `POST /v1/track HTTP/1.1\r\nHost: x\r\n${KEY}\r\nContent-Length: ${message().length}\r\n\r\n${message()}`
    : `GET /nothing/${n} HTTP/1.1\r\nHost: x\r\n\r\n`,
);

const pipelines: readonly Row[] = [
  {
    name: '100 requests in one write are answered in their order',
    parts: () => [`${pipelined.slice(0, -1).join('')}${head('GET /health/live')}`],
    answers: [...pipelined.slice(0, -1).map((_, n) => (n % 2 === 0 ? 200 : 404)), 200],
  },
  {
    name: 'good requests before a bad one are answered first',
    parts: () => [`${pipelined.slice(0, 4).join('')}\0\0\0\r\n\r\n`],
    answers: [200, 404, 200, 404, 400],
    code: 'bad_request',
  },
  {
    name: '20,000 requests whose answers nobody reads',
    parts: () => ['GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20_000)],
    answers: [],
    deaf: true,
    withinMs: 30_000,
    times: 2,
  },
];

const notHttp: readonly Row[] = [
  ['nothing but a line', '\r\n\r\nfoo\r\n\r\n'],
  ['HTTP/9.9', 'GET /health/live HTTP/9.9\r\nHost: x\r\n\r\n'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['TLS', Buffer.from('16030100c8010000c40303aabbccddeeff0011223344556677', 'hex')],
  ['zeros', Buffer.alloc(10_000)],
  ['a method nobody knows', head('FOO /health/live')],
  ['a method in lower case', head('get /health/live')],
].map(([name, part]): Row => ({
  name: `not HTTP: ${name as string}`,
  parts: () => [part as Part],
  answers: [400],
  code: 'bad_request',
}));

export const framing: readonly Row[] = [
  ...chunks,
  ...lengths,
  ...smuggling,
  ...pipelines,
  ...notHttp,
  { name: 'HTTP/0.9', parts: () => ['GET /health/live\r\n\r\n'], answers: [200] },
  {
    name: 'HTTP/1.0',
    parts: () => [
      `POST /v1/track HTTP/1.0\r\n${KEY}\r\nContent-Length: ${message().length}\r\n\r\n`,
      message(),
    ],
    answers: [200],
  },
  {
    name: 'HTTP/1.0 with chunks',
    parts: () => [`POST /v1/track HTTP/1.0\r\n${KEY}\r\n${CHUNKED}\r\n\r\n${chunk(message())}0\r\n\r\n`],
    answers: [200],
  },
];

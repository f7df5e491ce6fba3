import { gzipSync } from 'node:zlib';
import {
  afterRequest,
  answering,
  answeringAndClosing,
  type Behave,
  type Behaviour,
  cutAnswers,
  dripping,
  NOISE,
} from './behaviour.js';
import { sendForEver } from './hostile-server.js';

const head = (status: string, ...headers: readonly string[]): string =>
  [`HTTP/1.1 ${status}`, ...headers, '', ''].join('\r\n');
const withBody = (status: string, body: string | Buffer, ...headers: readonly string[]): Buffer =>
  Buffer.concat([
    Buffer.from(head(status, `Content-Length: ${Buffer.byteLength(body)}`, ...headers)),
    Buffer.from(body),
  ]);

const UNAVAILABLE = '503 Service Unavailable';
const REFUSED = withBody(UNAVAILABLE, 'no');
const XML = 'Content-Type: application/xml';

/** Responses that are no HTTP, or that contradict themselves. */
const MALFORMED: Readonly<Record<string, string | Buffer>> = {
  'no status line': '\r\n\r\n',
  'HTTP/0.9': 'hello',
  'HTTP/2.0': 'HTTP/2.0 503 no\r\n\r\n',
  'HTTP/9.9': 'HTTP/9.9 503 no\r\n\r\n',
  'a frame of HTTP/2': Buffer.from('000000040000000000', 'hex'),
  'status 99': head('99 no'),
  'status 1000': head('1000 no'),
  'status −1': head('-1 no'),
  'a status of letters': head('abc no'),
  'a status line of 100,000 bytes': head(`503 ${'x'.repeat(100_000)}`),
  'a status line with NUL': head('503 a\0b'),
  'a header of 100,000 bytes': head(UNAVAILABLE, `x: ${'x'.repeat(100_000)}`),
  '100,000 headers': head(UNAVAILABLE, ...Array<string>(100_000).fill('x: y')),
  'a header without a colon': head(UNAVAILABLE, 'x'),
  'a header of no name': head(UNAVAILABLE, ': x'),
  'a header with NUL': head(UNAVAILABLE, 'x: a\0b'),
  'a header that sets a prototype': withBody(UNAVAILABLE, 'no', '__proto__: x', 'constructor: y'),
  'a folded header': head(UNAVAILABLE, 'x: a', ' b'),
  'bare line feeds': 'HTTP/1.1 503 no\nContent-Length: 2\n\nno',
  'a negative length': head(UNAVAILABLE, 'Content-Length: -1'),
  'a length of letters': head(UNAVAILABLE, 'Content-Length: abc'),
  'a length of 2⁶⁴': head(UNAVAILABLE, 'Content-Length: 18446744073709551616'),
  'a length of 1 TB': head(UNAVAILABLE, 'Content-Length: 1099511627776'),
  'two lengths': `${head(UNAVAILABLE, 'Content-Length: 1', 'Content-Length: 2')}no`,
  'a length and chunks': `${head(UNAVAILABLE, 'Content-Length: 2', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  'a shorter length than the body': `${head(UNAVAILABLE, 'Content-Length: 1')}${'no'.repeat(1_000)}`,
  'a chunk of no size': `${head(UNAVAILABLE, 'Transfer-Encoding: chunked')}\r\n`,
  'a chunk of letters': `${head(UNAVAILABLE, 'Transfer-Encoding: chunked')}xyz\r\n`,
  'a chunk of 2⁶⁴ bytes': `${head(UNAVAILABLE, 'Transfer-Encoding: chunked')}ffffffffffffffff\r\nx`,
  'a chunk of negative size': `${head(UNAVAILABLE, 'Transfer-Encoding: chunked')}-5\r\nx`,
  'a chunk longer than its size': `${head(UNAVAILABLE, 'Transfer-Encoding: chunked')}1\r\nxyz\r\n0\r\n\r\n`,
  'an extension of a chunk of 100,000 bytes': `${head(UNAVAILABLE, 'Transfer-Encoding: chunked')}1;${'x'.repeat(100_000)}\r\nx\r\n0\r\n\r\n`,
  'trailers of 100,000 bytes': `${head(UNAVAILABLE, 'Transfer-Encoding: chunked')}0\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`,
  'an unknown transfer encoding': `${head(UNAVAILABLE, 'Transfer-Encoding: other')}no`,
  'an upgrade': head('101 Switching Protocols', 'Upgrade: other', 'Connection: Upgrade'),
  'a TLS alert': Buffer.from([0x15, 3, 3, 0, 2, 2, 40]),
  noise: NOISE,
  'zero bytes': Buffer.alloc(10_000),
};

/** Responses in good form. */
const REFUSALS: Readonly<Record<string, string | Buffer>> = {
  ...Object.fromEntries(
    [
      400, 401, 403, 404, 405, 408, 409, 410, 411, 413, 414, 418, 422, 425, 429, 500, 501, 502, 504, 507, 599,
    ].map((status) => [`status ${status}`, withBody(`${status} no`, 'no')]),
  ),
  ...Object.fromEntries(
    [300, 301, 302, 303, 304, 305, 307, 308].map((status) => [
      `status ${status} to an internal address`,
      withBody(`${status} no`, '', 'Location: http://169.254.169.254/latest/meta-data'),
    ]),
  ),
  'a redirect to a file': withBody('302 no', '', 'Location: file:///etc/passwd'),
  'a redirect to itself': withBody('307 no', '', 'Location: /'),
  ...Object.fromEntries(
    [
      '-1',
      '1e99',
      '99999999999999999999',
      'NaN',
      'Fri, 31 Dec 9999 23:59:59 GMT',
      'Thu, 01 Jan 1970 00:00:00 GMT',
      'x',
    ].map((value) => [`Retry-After ${value}`, withBody(UNAVAILABLE, 'no', `Retry-After: ${value}`)]),
  ),
  'a body of gzip that is none': withBody(UNAVAILABLE, NOISE, 'Content-Encoding: gzip'),
  'a body of gzip that grows to 50 MB': withBody(
    UNAVAILABLE,
    gzipSync(Buffer.alloc(50_000_000)),
    'Content-Encoding: gzip',
  ),
  'a body in an unknown encoding': withBody(UNAVAILABLE, 'no', 'Content-Encoding: other'),
  'a body of 1 MB': withBody(UNAVAILABLE, 'x'.repeat(1_000_000)),
  '1,000 interim responses': `${head('103 Early Hints', 'Link: <x>').repeat(1_000)}${REFUSED.toString()}`,
  'ten responses to one request': Buffer.concat(Array<Buffer>(10).fill(REFUSED)),
  'an exception of ClickHouse': withBody('500 no', 'no', 'X-ClickHouse-Exception-Code: 99999999999999999999'),
  'an exception of ClickHouse of no number': withBody(
    '500 no',
    'no',
    'X-ClickHouse-Exception-Code: __proto__',
  ),
};

const deep = (levels: number): string => `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`;
const xml = (body: string, status = '400 Bad Request'): Buffer =>
  withBody(status, `<?xml version="1.0"?>${body}`, XML);
const ENTITIES = Array.from(
  { length: 30 },
  (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
).join('');

/** Error bodies in XML, which the client of S3 parses. */
const XML_BODIES: Readonly<Record<string, Buffer>> = {
  'an error without a code': xml('<Error></Error>'),
  'an error with an empty code': xml('<Error><Code></Code></Error>'),
  'an error with two codes': xml('<Error><Code>A</Code><Code>B</Code></Error>'),
  'an error with a code of tags': xml('<Error><Code><a>b</a></Code></Error>'),
  'an error with a code of 1 MB': xml(`<Error><Code>${'A'.repeat(1_000_000)}</Code></Error>`),
  'an error with a code of control characters': xml('<Error><Code>\u0001\u001b[31m</Code></Error>'),
  'an error with the code `__proto__`': xml('<Error><Code>__proto__</Code></Error>'),
  'an error with the code of a large object': xml('<Error><Code>EntityTooLarge</Code></Error>'),
  'tags `__proto__`': xml('<Error><__proto__><x>1</x></__proto__><Code>A</Code></Error>'),
  'tags `constructor`': xml('<Error><constructor><prototype>1</prototype></constructor></Error>'),
  'tags nested 3,000 deep': xml(`<Error>${deep(3_000)}</Error>`),
  'tags nested 500,000 deep': xml(`<Error>${deep(500_000)}</Error>`),
  'tags that are not closed': xml(`<Error>${'<a>'.repeat(300_000)}`),
  'tags that are closed only': xml('</a>'.repeat(300_000)),
  '300,000 tags': xml(`<Error>${'<a>1</a>'.repeat(300_000)}</Error>`),
  '300,000 attributes': xml(
    `<Error ${Array.from({ length: 300_000 }, (_, n) => `a${n}="1"`).join(' ')}></Error>`,
  ),
  'an attribute that is not closed': xml(`<Error a="${'x'.repeat(2_000_000)}`),
  'signs of tags only': xml('<'.repeat(2_000_000)),
  'spaces in a tag': xml(`<Error${' '.repeat(2_000_000)}`),
  'entities that multiply': xml(
    `<!DOCTYPE x [<!ENTITY e0 "x">${ENTITIES}]><Error><Code>&e30;</Code></Error>`,
  ),
  'an entity of a file': xml(
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Error><Code>&e;</Code></Error>',
  ),
  '500,000 entities': xml(`<Error><Code>${'&amp;'.repeat(500_000)}</Code></Error>`),
  'a character reference of huge number': xml('<Error><Code>&#x7fffffffffffffff;</Code></Error>'),
  'a document type that is not closed': xml(`<!DOCTYPE ${'['.repeat(1_000_000)}`),
  'a comment that is not closed': xml(`<!--${'-'.repeat(1_000_000)}`),
  'a section that is not closed': xml(`<Error><![CDATA[${']'.repeat(1_000_000)}`),
  '200,000 comments': xml(`<Error>${'<!---->'.repeat(200_000)}</Error>`),
  'text beside the root': xml('x'.repeat(1_000_000)),
  'UTF-16': withBody('400 Bad Request', Buffer.from('<Error/>', 'utf16le'), XML),
  'UTF-8 that is cut off': withBody('400 Bad Request', Buffer.from('<Error><Code>\xf0\x9f', 'latin1'), XML),
  'an empty body': withBody('400 Bad Request', '', XML),
  'JSON in place of XML': withBody(
    '400 Bad Request',
    '{"__proto__":{"x":1}}',
    'Content-Type: application/json',
  ),
};

/** Status 200, with something odd after it. */
const CLAIMS: Readonly<Record<string, string | Buffer>> = {
  'with noise': withBody('200 OK', NOISE),
  'with an error in XML': withBody('200 OK', '<Error><Code>InternalError</Code></Error>', XML),
  'with a body that breaks off': `${head('200 OK', 'Content-Length: 100')}x`,
  'without a length': head('200 OK'),
  'with a checksum that is wrong': withBody('200 OK', '', 'x-amz-checksum-crc32: AAAAAA==', 'ETag: "x"'),
  'and headers of control characters': withBody('200 OK', '', 'ETag: "\u0001"'),
  'of 204': head('204 No Content'),
};

const endless = (start: string, chunk: string | Buffer): Behave =>
  afterRequest((socket) => {
    socket.write(start);
    sendForEver(socket, Buffer.from(chunk));
  });
const CHUNK = Buffer.alloc(65_536, 'a');

const ENDLESS: Readonly<Record<string, Behave>> = {
  'a body after 200': endless(head('200 OK', 'Content-Type: text/plain'), CHUNK),
  'a body after 500': endless(head('500 no', XML), CHUNK),
  chunks: endless(head('500 no', 'Transfer-Encoding: chunked'), '1\r\nx\r\n'.repeat(10_000)),
  'a chunk size': endless(head('500 no', 'Transfer-Encoding: chunked'), '0'.repeat(65_536)),
  'a status line': endless('HTTP/1.1 500 ', CHUNK),
  headers: endless('HTTP/1.1 500 no\r\n', 'x: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(2_000)),
  'interim responses': endless('', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(2_000)),
  'pipelined responses': endless('', REFUSED.toString().repeat(1_000)),
};

const named = (
  answers: Readonly<Record<string, string | Buffer>>,
  more: Partial<Behaviour> = {},
): Behaviour[] =>
  Object.entries(answers).map(([name, bytes]) => ({ name, behave: answering(bytes), ...more }));

const base: readonly Behaviour[] = [
  ...named(REFUSALS),
  ...Object.entries(MALFORMED).map(([name, bytes]) => ({
    name,
    behave: answeringAndClosing(bytes),
    mayDeliver: true,
  })),
  ...Object.entries(CLAIMS).map(([name, bytes]) => ({
    name: `status 200 ${name}`,
    behave: answeringAndClosing(bytes),
    mayDeliver: true,
  })),
  ...cutAnswers('a response', REFUSED, answeringAndClosing, 3),
  { name: 'a response that stalls in its headers', behave: answering(REFUSED.subarray(0, 30)) },
  { name: 'a response that stalls in its body', behave: answering(REFUSED.subarray(0, -1)) },
  { name: 'silence', behave: (socket) => socket.resume() },
  { name: 'silence without reading', behave: (socket) => socket.pause() },
  { name: 'one byte at a time of endless headers', behave: dripping('HTTP/1.1 500 no\r\n') },
  { name: 'a response before the request', behave: (socket) => socket.write(REFUSED), mayDeliver: true },
  {
    name: 'a reset in the middle of the response',
    behave: afterRequest((socket) => socket.write(REFUSED.subarray(0, 40), () => socket.resetAndDestroy())),
  },
  ...Object.entries(ENDLESS).map(([name, behave]) => ({
    name: `${name} without end`,
    behave,
    heavy: true,
    mayDeliver: true,
  })),
];

/** What a server that speaks HTTP does to a `webhook` or `clickhouse` destination. */
export const httpBehaviours: readonly Behaviour[] = base;

/** The same to an `s3` destination, and bodies in XML. */
export const s3Behaviours: readonly Behaviour[] = [
  ...base,
  ...Object.entries(XML_BODIES).map(([name, bytes]) => ({ name: `XML: ${name}`, behave: answering(bytes) })),
];

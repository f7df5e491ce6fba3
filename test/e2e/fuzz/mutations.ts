import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type FuzzRequest } from './requests.js';

export type Random = () => number;
type Mutation = (request: FuzzRequest, random: Random) => FuzzRequest;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
export const oneOf = <T>(random: Random, items: readonly T[]): T => items[below(random, items.length)] as T;

/** JSON texts that a value of a body is replaced by. */
const VALUES = [
  ...[
    'null',
    'true',
    '0',
    '-0',
    '1e400',
    '-1e400',
    '1e-400',
    '123456789012345678901234567890',
    '0.1e+309',
    '01',
  ],
  ...[
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"\\u202e"',
    '"__proto__"',
    '[]',
    '{}',
    '[[[[]]]]',
    '{"a":{}}',
  ],
  ...[
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{}}}',
    '{"toString":1}',
    '{"a":1,"a":2}',
    '{"":0}',
  ],
  ...[
    '[null,null]',
    'NaN',
    'Infinity',
    'undefined',
    "'x'",
    '"2026-13-45T99:99:99Z"',
    '"0000-00-00"',
    '"+275760-09-13"',
  ],
  ...[
    `"${'x'.repeat(40_000)}"`,
    `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
    '{"a":'.repeat(500) + '1' + '}'.repeat(500),
  ],
  ...[
    `{${Array.from({ length: 2_000 }, (_, n) => `"k${n}":${n}`).join()}}`,
    `"${'\\n'.repeat(1_000)}"`,
    `"\ud83d\ude00"`,
  ],
];

const PIECES = [
  ...[
    '\0',
    '\xff',
    '\xc0\xaf',
    '\xed\xa0\x80',
    '\xf0\x9f',
    '\xef\xbb\xbf',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ',',
    ':',
  ],
  ...[
    '\r\n',
    '\t',
    ' ',
    '%00',
    '%',
    '../',
    '..%2f',
    '//',
    ';',
    '#',
    '?',
    '&',
    '=',
    '<script>',
    "'--",
    '${x}',
    'A'.repeat(5_000),
  ],
].map((text) => Buffer.from(text, 'latin1'));

const HEADERS = [
  ...[
    'Content-Type: text/plain',
    'Content-Type: application/json; charset=utf-16',
    'Content-Type: x',
    'Content-Type:',
  ],
  ...[
    'Content-Encoding: gzip',
    'Content-Encoding: deflate',
    'Content-Encoding: br',
    'Content-Encoding: x',
    'Content-Encoding: gzip, gzip',
  ],
  ...[
    'Authorization: Basic',
    'Authorization: Basic %%%',
    'Authorization: Basic Og==',
    'Authorization: Bearer x',
    'Authorization: \xff',
  ],
  ...[
    'X-Forwarded-For: x, 999.1.1.1',
    'Origin: null',
    'Origin: \xff',
    'Expect: 100-continue',
    'If-Match: "x',
    'If-Match: *',
  ],
  ...[
    'Idempotency-Key: \xff',
    `Idempotency-Key: ${'x'.repeat(300)}`,
    'Accept-Encoding: x',
    'Cookie: a=b',
    'Prefer: x=1',
  ],
  ...[
    'Host: evil.example',
    'AnonymousId: \xff',
    'X-HTTP-Method-Override: DELETE',
    `X-Long: ${'x'.repeat(10_000)}`,
    'Range: bytes=0-',
  ],
];

const withBody = (request: FuzzRequest, body: Buffer): FuzzRequest => ({ ...request, body });

/** Replaces a piece of bytes by another, possibly empty one. */
function splice(bytes: Buffer, random: Random): Buffer {
  const at = below(random, bytes.length + 1);
  const removed = random() < 0.5 ? 0 : below(random, 20);
  const piece = random() < 0.3 ? Buffer.alloc(0) : oneOf(random, PIECES);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + removed)]);
}

const MUTATIONS: readonly Mutation[] = [
  (request, random) => withBody(request, splice(request.body, random)),
  (request, random) => withBody(request, request.body.subarray(0, below(random, request.body.length + 1))),
  // A value of the body, found by the colon before it.
  (request, random) => {
    const text = request.body.toString('latin1');
    const places = [...text.matchAll(/:(?:"[^"]*"|[\d.]+|true|false)/g)];
    const place = places.length === 0 ? undefined : oneOf(random, places);
    if (place === undefined) return request;
    const value = Buffer.from(oneOf(random, VALUES)).toString('latin1');
    const end = place.index + place[0].length;
    return withBody(
      request,
      Buffer.from(`${text.slice(0, place.index)}:${value}${text.slice(end)}`, 'latin1'),
    );
  },
  // A name of the body.
  (request, random) => {
    const text = request.body.toString('latin1');
    const places = [...text.matchAll(/"[a-zA-Z]+":/g)];
    const place = places.length === 0 ? undefined : oneOf(random, places);
    if (place === undefined) return request;
    const name = oneOf(random, [
      '__proto__',
      'constructor',
      '',
      '\\u0000',
      'type',
      'batch',
      'context',
      'x'.repeat(1_000),
    ]);
    const end = place.index + place[0].length;
    return withBody(
      request,
      Buffer.from(`${text.slice(0, place.index)}"${name}":${text.slice(end)}`, 'latin1'),
    );
  },
  (request, random) => withBody(request, Buffer.from(oneOf(random, VALUES))),
  (request, random) =>
    withBody(request, Buffer.concat(Array<Buffer>(2 + below(random, 8)).fill(request.body))),
  (request, random) => ({
    ...request,
    target: splice(Buffer.from(request.target, 'latin1'), random).toString('latin1'),
  }),
  (request, random) => ({ ...request, headers: [...request.headers, oneOf(random, HEADERS)] }),
  (request, random) => ({ ...request, headers: request.headers.filter(() => random() < 0.5) }),
  (request, random) => ({
    ...request,
    method: oneOf(random, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']),
  }),
  ...(
    [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ] as const
  ).map(([name, compress]): Mutation => (request, random) => {
    const compressed = compress(request.body);
    const body = random() < 0.5 ? compressed : splice(compressed, random);
    return { ...request, headers: [...request.headers, `Content-Encoding: ${name}`], body };
  }),
];

/** Changes a request in one to three places. */
export function mutated(request: FuzzRequest, random: Random): FuzzRequest {
  let changed = request;
  for (let count = 1 + below(random, 3); count > 0; count -= 1)
    changed = oneOf(random, MUTATIONS)(changed, random);
  return changed;
}

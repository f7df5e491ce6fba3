import { type Answer } from './row.js';

type Headers = Answer['headers'];

const JSON_HEADERS: Headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': /^[1-9]\d*$/,
  'cache-control': 'no-store',
  etag: null,
  'set-cookie': null,
  'x-powered-by': null,
};

/** What an SDK takes for success: exactly this (WIRE 0.2 item 1). */
export const OK: Answer = { status: 200, body: Buffer.from('{"success":true}'), headers: JSON_HEADERS };

/** An error in JSON with `success`, `message` and `code`, and nothing else (WIRE 0.2 item 2). */
export const refused = (status: number, code: string, headers: Headers = {}): Answer => ({
  status,
  body: { code },
  headers: { ...JSON_HEADERS, ...headers },
});

/** The image of WIRE 4.3, written out here so that the product cannot vouch for itself. */
export const GIF_BYTES = Buffer.from(
  '4749463839610100010080000000000000000021f90401000000002c00000000010001000002024401003b',
  'hex',
);

/** The image, and everything that keeps caches and proxies from answering in our place (WIRE 4.3). */
export const GIF = (status: number, headers: Headers = {}): Answer => ({
  status,
  body: GIF_BYTES,
  headers: {
    'content-type': 'image/gif',
    'content-length': '43',
    'cache-control': 'no-cache, no-store, must-revalidate, max-age=0, private',
    pragma: 'no-cache',
    expires: '0',
    'cross-origin-resource-policy': 'cross-origin',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
    etag: null,
    'last-modified': null,
    'set-cookie': null,
    'content-encoding': null,
    ...headers,
  },
});

/** An answer without a body. */
export const empty = (status: number, headers: Headers = {}): Answer => ({
  status,
  body: Buffer.alloc(0),
  headers,
});

/** The same answer with more headers. */
export const and = (answer: Answer, headers: Headers): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});

export const ORIGIN = 'https://a.example';

/** What lets a page of another origin read an answer (WIRE 1.8). */
export const READABLE: Headers = {
  'access-control-allow-origin': ORIGIN,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Retry-After, X-RateLimit-Reset, RateLimit, RateLimit-Policy',
  vary: 'Origin',
};

/** Whole seconds, at least one: everything else is misread by some SDK (WIRE 6.1). */
export const SECONDS = /^[1-9]\d{0,2}$/;

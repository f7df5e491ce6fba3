import { gzipSync } from 'node:zlib';
import { type Send } from './row.js';

/** The write key of nearly every row, and the one of another source. */
export const KEY = 'conformance-key';
export const OTHER_KEY = 'other-key';
export const DISABLED_KEY = 'disabled-key';

type Headers = Readonly<Record<string, string>>;

export const basic = (user: string): string => `Basic ${Buffer.from(user).toString('base64')}`;

/** A message as JSON, as a well-behaved SDK sends it. */
export const post = (path: string, message: unknown, headers: Headers = {}): Send =>
  raw(path, JSON.stringify(message), { 'Content-Type': 'application/json', ...headers });

/** Any bytes, with the key in the header and no Content-Type unless there is one given. */
export const raw = (path: string, body: string | Buffer, headers: Headers = {}): Send => ({
  method: 'POST',
  path,
  headers: { Authorization: basic(`${KEY}:`), ...headers },
  body: Buffer.from(body),
});

export const get = (path: string, headers: Headers = {}): Send => ({ method: 'GET', path, headers });

/** Any other method, with neither key nor body. */
export const call = (method: string, path: string, headers: Headers = {}): Send => ({
  method,
  path,
  headers,
});

/** The same without the Authorization header. */
export const keyless = ({ headers, ...send }: Send): Send => {
  const { Authorization: _, ...others } = headers;
  return { ...send, headers: others };
};

export const gzipped = (send: Send): Send => ({
  ...send,
  headers: { ...send.headers, 'Content-Encoding': 'gzip' },
  body: gzipSync(send.body ?? ''),
});

export const chunked = (send: Send): Send => ({ ...send, chunked: true });

export const cached = (send: Send): Send => ({ ...send, cached: true });

/** Messages that are valid and say nothing. */
export const TRACK = { userId: 'user-1', event: 'Order Completed' };
export const ITEM = { type: 'track', ...TRACK };

/** JSON of exactly so many bytes: the text between the two parts is filled up. */
export function sized(bytes: number, before: string, after: string): string {
  const room = bytes - Buffer.byteLength(before) - Buffer.byteLength(after);
  return `${before}${'x'.repeat(room)}${after}`;
}

/** A batch of exactly so many bytes, in items that are small enough each. */
export function sizedBatch(bytes: number, items: number): string {
  const start = JSON.stringify({ ...ITEM, properties: { fill: '' } }).slice(0, -3);
  const each = `${start}${'x'.repeat(Math.floor(bytes / items) - start.length - 20)}"}},`;
  return sized(bytes, `{"batch":[${each.repeat(items - 1)}${start}`, '"}}]}');
}

/** The URL of a pixel with a message in its `data`. */
export const pixel = (type: string, message: object): string =>
  `/v1/pixel/${type}?data=${Buffer.from(JSON.stringify(message)).toString('base64url')}`;

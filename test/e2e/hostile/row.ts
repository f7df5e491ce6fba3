import { WRITE_KEY } from '../../support/product.js';

export type Part = string | Buffer;
export type Parts = Iterable<Part> | AsyncIterable<Part>;

/** One thing that a hostile or broken sender does, and what it gets for it. */
export interface Row {
  readonly name: string;
  /** What goes over the connection, as it is; an async one takes its time. */
  readonly parts: () => Parts;
  /** Status of each answer on the connection, in order; none when it is closed without a word. */
  readonly answers: readonly number[];
  /**
   * What may be answered instead, where it depends on who came first. Whoever is hung up on while it still talks may not
   * hear the answer.
   */
  readonly or?: readonly number[];
  /** The sender reads nothing, so that nobody knows what was answered. */
  readonly deaf?: boolean;
  /** `code` in the body of the last answer. */
  readonly code?: string;
  /** The connection must be closed by then; 5 s unless it is about waiting. */
  readonly withinMs?: number;
  /** So many of these connections at once; one unless said. */
  readonly times?: number;
  /** The event that comes of it, found by its message id. */
  readonly event?: { readonly messageId: string; readonly like: object };
}

export const AUTHORIZATION = `Basic ${btoa(`${WRITE_KEY}:`)}`;

/** The head of a request whose connection ends with the answer. */
export const head = (start: string, ...headers: readonly string[]): string =>
  [`${start} HTTP/1.1`, 'Host: product', 'Connection: close', ...headers, '', ''].join('\r\n');

/** A whole POST with a valid write key. */
export function post(path: string, body: Part, ...headers: readonly string[]): Part[] {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return [head(`POST ${path}`, `Authorization: ${AUTHORIZATION}`, length, ...headers), body];
}

/** A whole GET. */
export const get = (target: string, ...headers: readonly string[]): Part[] => [
  head(`GET ${target}`, ...headers),
];

/** A track message as JSON text, with more fields in JSON text. */
export const message = (fields = ''): string =>
  `{"type":"track","userId":"u","event":"Hostile"${fields === '' ? '' : `,${fields}`}}`;

export const batchOf = (...messages: readonly string[]): string => `{"batch":[${messages.join(',')}]}`;

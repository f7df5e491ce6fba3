import { setTimeout as sleep } from 'node:timers/promises';
import { AUTHORIZATION, head, message, type Part, post, type Row } from '../row.js';

/** First at once, then the rest byte by byte until somebody stops it. */
const byteByByte = (first: Part, byte: string, everyMs = 100) =>
  async function* (): AsyncIterable<Part> {
    yield first;
    for (;;) {
      await sleep(everyMs);
      yield byte;
    }
  };

const withKey = (path: string, ...headers: readonly string[]): string =>
  head(`POST ${path}`, `Authorization: ${AUTHORIZATION}`, ...headers);

const TIMEOUT = { answers: [408], code: 'request_timeout', withinMs: 20_000 } as const;

export const slow: readonly Row[] = [
  { name: 'a connection on which nothing is said', parts: () => [], ...TIMEOUT, times: 100 },
  {
    name: 'a header that comes byte by byte',
    parts: byteByByte('GET / HTTP/1.1\r\nX: ', 'x'),
    ...TIMEOUT,
    times: 100,
  },
  {
    name: 'headers that come one by one',
    parts: byteByByte('GET / HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n'),
    ...TIMEOUT,
    times: 20,
  },
  {
    name: 'a header of 100 kB that does not end',
    parts: () => [`GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}`],
    ...TIMEOUT,
    times: 100,
  },
  {
    name: 'a body that comes byte by byte',
    parts: byteByByte(withKey('/v1/track', 'Content-Length: 30000'), 'x'),
    ...TIMEOUT,
    times: 100,
  },
  {
    name: 'chunks that come one by one',
    parts: byteByByte(withKey('/v1/batch', 'Transfer-Encoding: chunked'), '1\r\nx\r\n'),
    ...TIMEOUT,
    times: 20,
  },
  {
    name: 'a body that comes byte by byte where nobody wants one',
    parts: byteByByte(withKey('/nothing', 'Content-Length: 30000'), 'x'),
    answers: [404],
    code: 'not_found',
    withinMs: 20_000,
  },
  {
    name: 'a body that stops in the middle',
    parts: () => [withKey('/v1/track', 'Content-Length: 30000'), message()],
    ...TIMEOUT,
  },
  {
    name: 'a chunk of 1 EB that never comes',
    parts: () => [withKey('/v1/batch', 'Transfer-Encoding: chunked'), 'FFFFFFFFFFFFFFF\r\n', message()],
    ...TIMEOUT,
  },
  {
    name: 'bodies of 500 kB that stop just before their end: memory is for those that arrive',
    parts: () => [withKey('/v1/batch', 'Content-Length: 500000'), 'x'.repeat(499_999)],
    answers: [408],
    or: [429],
    withinMs: 20_000,
    times: 100,
  },
  {
    name: 'a good call byte by byte, in time',
    parts: async function* () {
      for (const part of post('/v1/track', message())) {
        for (const byte of part.toString()) {
          await sleep(2);
          yield byte;
        }
      }
    },
    answers: [200],
  },
];

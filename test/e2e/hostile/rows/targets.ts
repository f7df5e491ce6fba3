import { WRITE_KEY } from '../../../support/product.js';
import { get, head, message, post, type Row } from '../row.js';

const PIXEL = `writeKey=${WRITE_KEY}&userId=u&event=e`;

const absolute: readonly Row[] = [
  {
    name: 'an absolute address',
    parts: () => post('http://other.example/v1/track', message()),
    answers: [200],
  },
  ...Object.entries({
    'http://other.example': 200,
    'http://other.example:99999': 200,
    'http://[::1': 404,
    'http://%zz': 404,
    'http://': 200,
    'x://': 200,
  }).flatMap(([origin, status]): Row[] =>
    ['/v1/pixel/track', '/pixel/v1/track'].map((path) => ({
      name: `the address ${origin}${path}`,
      parts: () => get(`${origin}${path}?${PIXEL}`),
      answers: [status],
    })),
  ),
];

const escapes: readonly Row[] = [
  '/v1/%zz',
  '//other.example:99999/v1/pixel/track',
  '//[/v1/pixel/track',
  '/./v1/pixel/track',
  '/%',
  '/docs/%zz',
  '/docs/%00',
  '/docs/..%2f..%2f..%2fetc%2fpasswd',
  '/docs/../../../../../../etc/passwd',
  '/docs/....//....//etc/passwd',
  '/v1/pixel/%zz',
  '/v1/pixel/track%00',
  '/v1/projects/%00/settings',
  `/v1/projects/${'x'.repeat(60_000)}/settings`,
  '/health/%e0%a4%a',
  '/%c0%ae%c0%ae/',
  '/*',
  `/${'a/'.repeat(30_000)}`,
  `/docs/${'../'.repeat(20_000)}`,
].map((target): Row => ({
  name: `the path ${target.slice(0, 40)}`,
  parts: () => get(target),
  answers: [404],
}));

/** What an SDK makes of a host that was typed with slashes at its end. */
const slashes: Row = {
  name: 'the path ///v1/pixel/track',
  parts: () => get(`///v1/pixel/track?${PIXEL}`),
  answers: [200],
};

const undecodable = ['/v1/projects/%zz/settings', '/admin/v1/%zz'].map((target): Row => ({
  name: `the path ${target}, whose parameter cannot be decoded`,
  parts: () => get(target),
  answers: [400],
  code: 'bad_request',
}));

const methods: readonly Row[] = [
  { name: 'OPTIONS *', parts: () => [head('OPTIONS *')], answers: [404], code: 'not_found' },
  { name: 'CONNECT', parts: () => [head('CONNECT other.example:443')], answers: [] },
  ...['PROPFIND', 'PURGE', 'TRACE', 'M-SEARCH', 'SOURCE', 'DELETE', 'PUT', 'PATCH', 'LINK'].map(
    (method): Row => ({
      name: `${method} on a path that has no such method`,
      parts: () => [head(`${method} /v1/track`)],
      answers: [405],
      code: 'method_not_allowed',
    }),
  ),
  {
    name: 'a GET with a body',
    parts: () => [head('GET /health/live', `Content-Length: ${message().length}`), message()],
    answers: [200],
  },
  ...['\0', '\x7f', '\t', '\xff'].map((character): Row => ({
    name: `${JSON.stringify(character)} in the path`,
    parts: () => [Buffer.from(head(`GET /v1/a${character}b`), 'latin1')],
    answers: [400],
    code: 'bad_request',
  })),
];

export const targets: readonly Row[] = [...absolute, ...escapes, slashes, ...undecodable, ...methods];

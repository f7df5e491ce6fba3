import { describe, expect, it } from 'vitest';
import { understoodPath } from './mistyped-path.js';

/** What people paste as the host of an SDK, beyond the host itself. */
const HOSTS = [
  ...[
    '',
    '/',
    '//',
    '/v1',
    '/v1/',
    '/v1//',
    '/V1',
    '/v1/v1',
    '/batch',
    '/v1/batch',
    '/v1/batch/',
    '/v1/track',
  ],
  ...['/v1/import', '/v1/import/', '/v1/b', '/v1/t', '/v1/identify', '/beacon/v1/batch', '/pixel/v1/page'],
  ...['/v1/pixel/track', '/v1/projects', '/sourceConfig', '/v1/sourceConfig/', '/%20', '/v1%20/', '/%20/v1'],
  ...['/https://events.example.com', '/https:/events.example.com/v1', '/http://localhost:8080/v1/batch'],
];
const TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias'];
const LETTERS = ['i', 't', 'p', 's', 'g', 'a', 'b', 'm'];

/** AMP appends a type alone to a host that ends in the path of a pixel. */
const isPixelOf = (host: string, endpoint: string) =>
  host.includes('pixel') && TYPES.some((type) => endpoint === `/${type}`);

/** What SDKs append, and the path that it stands for. */
const ENDPOINTS: readonly (readonly [string, string])[] = [
  ...['batch', 'import', ...TYPES, ...LETTERS].flatMap((name): [string, string][] => [
    [`/v1/${name}`, `/v1/${name}`],
    [`/${name}`, `/v1/${name}`],
    [`/v1/${name}/`, `/v1/${name}`],
    [`/v1//${name}`, `/v1/${name}`],
  ]),
  ['/beacon/v1/batch', '/beacon/v1/batch'],
  ['/beacon/batch', '/beacon/v1/batch'],
  ['/v1/projects/Key-1/settings', '/v1/projects/Key-1/settings'],
  ['/projects/Key-1/settings', '/v1/projects/Key-1/settings'],
  ['/projects/Key%2F1/settings/', '/v1/projects/Key%2F1/settings'],
  ['/sourceConfig/', '/sourceConfig'],
  ['/sourceConfig', '/sourceConfig'],
  ['/cluster-info', '/cluster-info'],
  ['/rsaMetrics', '/rsaMetrics'],
  ...TYPES.map((type): [string, string] => [`/v1/pixel/${type}`, `/v1/pixel/${type}`]),
  ['/pixel/v1/page', '/pixel/v1/page'],
  ['/pixel/v1/track', '/pixel/v1/track'],
];

describe('every combination of a host that people paste and an endpoint that SDKs append', () => {
  it.each(HOSTS)('%j', (host) => {
    const wrong = ENDPOINTS.filter(
      ([endpoint, path]) => !isPixelOf(host, endpoint) && understoodPath(`${host}${endpoint}`) !== path,
    ).map(([endpoint]) => `${host}${endpoint}: ${understoodPath(`${host}${endpoint}`)}`);
    expect(wrong).toEqual([]);
  });
});

it.each([
  ['/v1/pixel/track/page', '/v1/pixel/page'],
  ['/v1/pixel//page', '/v1/pixel/page'],
  ['/pixel/v1/page/track', '/pixel/v1/track'],
  ['/v1/batch/b', '/v1/b'],
  ['/v1/projects/projects/K/settings', '/v1/projects/K/settings'],
  ['/v1/projects/v1/projects/K/settings', '/v1/projects/K/settings'],
  ['/projects/settings/settings', '/v1/projects/settings/settings'],
  ['//V1/Batch', '/v1/batch'],
])('%s is %s', (path, understood) => expect(understoodPath(path)).toBe(understood));

it.each([
  ...[
    '',
    '/',
    '//',
    '/v1',
    '/v1/',
    '/v1/foo',
    '/v1/track/more',
    '/foo/track',
    '/foo/v1/batch',
    '/v1/foo/batch',
  ],
  ...['/v1/%74rack', '/v1/track%2f', '/v1%2fbatch', '/v1/batch.json', '/v1/batch;x', '/v2/batch', '/v1batch'],
  ...['/pixel/track', '/v1/pixel', '/v1/pixel/foo', '/pixel/v1/identify', '/pixel/v1/v1/page', '/pixel/page'],
  ...[
    '/admin/v1/batch',
    '/admin//track',
    '/docs/t',
    '/metrics/m',
    '/openapi/i',
    '/health/live',
    '/console/a',
  ],
  ...[
    '/v1/projects//settings',
    '/v1/projects/K/settings/more',
    '/v1/projects/K',
    '/K/settings',
    '/projects/a/b/settings',
  ],
  ...['/../v1/batch', '/./v1/batch', '\\v1\\batch', '*', '/https:/v1/foo', '/v1/track/v1/'],
  `/${'v1/'.repeat(2_000)}batch`,
])('%s is no mistyped path', (path) => expect(understoodPath(path)).toBeUndefined());

it('takes time in proportion to the path', () => {
  const started = performance.now();
  for (const part of [
    'v1/',
    'pixel/v1/',
    'v1/pixel/',
    'batch/',
    'projects/',
    '%20',
    '/',
    'https:/',
    'track/',
  ])
    understoodPath(`/${part.repeat(100_000)}`);
  expect(performance.now() - started).toBeLessThan(2_000);
});

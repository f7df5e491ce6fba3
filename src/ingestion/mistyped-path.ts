/** Longest path that is looked at; a write key in it has at most 256 characters, each of up to three after encoding. */
const MAX_LENGTH = 1_000;
const TYPE = '(?:identify|track|page|screen|group|alias)';
const RUDDER_PIXEL = 'pixel/v1/(?:page|track)';

/** What stands before an endpoint when a host is pasted with a path: a whole address, or parts of the paths of SDKs. */
const PASTED =
  '^(?:https?:/[^/]+/)?' +
  `(?:(?:v1/pixel/${TYPE}|${RUDDER_PIXEL}|beacon/v1/batch|v1|batch|import|${TYPE}|[itpsgab]|projects|sourceconfig)/)*`;

const matching = (endpoint: string): RegExp => new RegExp(`${PASTED}(?:${endpoint})$`, 'i');

/** The endpoints, in the order in which they are tried: the paths of pixels and beacons end like those of calls. */
const ENDPOINTS: readonly { readonly path: RegExp; readonly at: (part: string) => string }[] = [
  { path: matching(`v1/pixel/(?:${TYPE}/)*(${TYPE})`), at: (type) => `/v1/pixel/${type.toLowerCase()}` },
  {
    path: matching('pixel/v1/(?:(?:page|track)/)*(page|track)'),
    at: (type) => `/pixel/v1/${type.toLowerCase()}`,
  },
  { path: matching('beacon/(?:v1/)?batch'), at: () => '/beacon/v1/batch' },
  { path: matching('projects/([^/]+)/settings'), at: (key) => `/v1/projects/${key}/settings` },
  { path: matching('sourceconfig'), at: () => '/sourceConfig' },
  { path: matching('cluster-info'), at: () => '/cluster-info' },
  { path: matching('rsametrics'), at: () => '/rsaMetrics' },
  { path: matching(`(batch|import|${TYPE}|[itpsgabm])`), at: (name) => `/v1/${name.toLowerCase()}` },
];

/**
 * The path that an SDK meant whose host was typed with a slash, a version, a path, a blank or a protocol too many, or without
 * `/v1` (WIRE 1.1); undefined for a path with any part that no SDK has. Paths of administration have such parts.
 */
export function understoodPath(path: string): string | undefined {
  if (path.length > MAX_LENGTH) return undefined;
  const parts = path
    .split('/')
    .flatMap((part) => (/^(?:%20)*$/.test(part) ? [] : [part.replace(/(?:%20)+$/, '')]));
  const plain = parts.join('/');
  for (const endpoint of ENDPOINTS) {
    const match = endpoint.path.exec(plain);
    if (match) return endpoint.at(match[1] ?? '');
  }
  return undefined;
}

/** A request before it is written to a connection. */
export interface FuzzRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

const EVENT = {
  userId: 'user-1',
  anonymousId: 'anonymous-1',
  messageId: 'message-1',
  event: 'Order Completed',
  name: 'Home',
  groupId: 'group-1',
  previousId: 'user-0',
  timestamp: '2026-11-30T12:00:00.000Z',
  sentAt: '2026-11-30T12:00:01.000Z',
  properties: { total: 12.5, currency: 'EUR', items: [{ sku: 'a', quantity: 2 }] },
  traits: { email: 'user@example.com', age: 30 },
  context: { ip: '192.0.2.1', page: { url: 'https://example.com/', title: 'Home' }, library: { name: 'x' } },
  integrations: { All: true, Webhook: false },
};

const SINGLE = ['identify', 'track', 'page', 'screen', 'group', 'alias', 'i', 't', 'p', 's', 'g', 'a'];
const BATCHES = ['v1/batch', 'v1/import', 'batch', 'import', 'v1/b', 'b', 'v1/batch/b', 'beacon/v1/batch'];
const PIXELS = ['identify', 'track', 'page', 'screen', 'group', 'alias'];

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Valid requests of every call of the Segment and RudderStack APIs. */
export function ingestionRequests(writeKey: string): FuzzRequest[] {
  const authorization = `Authorization: Basic ${btoa(`${writeKey}:`)}`;
  const post = (target: string, body: unknown): FuzzRequest => ({
    method: 'POST',
    target,
    headers: [authorization, 'Content-Type: application/json'],
    body: json(body),
  });
  const get = (target: string): FuzzRequest => ({
    method: 'GET',
    target,
    headers: [],
    body: Buffer.alloc(0),
  });
  const batch = { batch: SINGLE.slice(0, 6).map((type) => ({ ...EVENT, type })), context: EVENT.context };
  const data = encodeURIComponent(btoa(JSON.stringify({ ...EVENT, writeKey })));
  const query = `writeKey=${writeKey}&userId=user-1&event=Sent&properties.total=1&context.page.url=x`;
  return [
    ...SINGLE.map((name) => post(`/v1/${name}`, EVENT)),
    ...BATCHES.map((path) => post(`/${path}`, { ...batch, writeKey })),
    ...PIXELS.map((name) => get(`/v1/pixel/${name}?data=${data}`)),
    ...['page', 'track'].map((name) => get(`/pixel/v1/${name}?${query}`)),
    get(`/sourceConfig?writeKey=${writeKey}`),
    get(`/v1/projects/${writeKey}/settings`),
  ];
}

/** Valid requests of the administration, with a token that may do all. */
export function adminRequests(token: string, workspaceId: string, url: string): FuzzRequest[] {
  const headers = [`Authorization: Bearer ${token}`, 'Content-Type: application/json'];
  const at = `/admin/v1/workspaces/${workspaceId}`;
  const send = (method: string, target: string, body: unknown): FuzzRequest => ({
    ...{ method, target, headers },
    body: json(body),
  });
  const get = (target: string): FuzzRequest => ({ method: 'GET', target, headers, body: Buffer.alloc(0) });
  const destination = {
    type: 'webhook',
    name: 'Hook',
    settings: { url, headers: { 'x-a': 'b' }, batch: false },
  };
  const key = { name: 'Key', value: 'imported-write-key', allowedOrigins: ['https://example.com'] };
  return [
    send('POST', '/admin/v1/workspaces', { name: 'Made' }),
    send('PATCH', at, { name: 'Renamed' }),
    send('POST', `${at}/sources`, { name: 'Source' }),
    send('POST', `${at}/destinations`, destination),
    send('POST', `${at}/connections`, {
      sourceId: 'src_x',
      destinationId: 'dst_x',
      filter: { types: ['track'] },
    }),
    send('POST', `${at}/tokens`, { name: 'Token', role: 'workspace-viewer' }),
    send('PUT', `${at}/apply?dryRun=true`, {
      version: 1,
      sources: [{ name: 'Applied', writeKeys: [key] }],
      destinations: [destination],
      connections: [{ source: 'Applied', destination: 'Hook', filter: { not: { events: ['x*'] } } }],
    }),
    send('POST', `${at}/replays/dry-run`, {
      destinationId: 'dst_x',
      from: '2026-11-29T00:00:00Z',
      to: '2026-11-30T00:00:00Z',
    }),
    ...['sources', 'destinations', 'connections', 'tokens', 'replays', 'audit-log', 'export'].map((path) =>
      get(`${at}/${path}?limit=5`),
    ),
    get(`${at}/deliveries?messageId=message-1`),
    get('/admin/v1/me'),
    get('/admin/v1/destination-types/webhook'),
  ];
}

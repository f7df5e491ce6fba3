import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../src/database/credential.js';
import { eventually } from '../support/eventually.js';
import { leaksIn } from '../support/leak-search.js';
import { makeProduct, type Product } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

/** Secrets that must not appear anywhere, by name. */
const canaries = new Map<string, string>();

const random = () => randomBytes(12).toString('hex');

function canary(name: string, value = `Canary${random()}`): string {
  canaries.set(name, value);
  return value;
}

const secretCanary = (name: string) => canary(name, `whsec_${randomBytes(24).toString('base64')}`);

/** A harmless text that every search must find. */
const CONTROL = `Control${random()}`;

const BOOTSTRAP_TOKEN = canary('the bootstrap token');
const BOOTSTRAP_KEY = canary('the bootstrap key');
const IMPORTED_KEY = canary('an imported key', `Canary,${random()}}end'`);

let settings: Record<string, string>;
let product: Product;
let receiver: Receiver;
/** Answers of the admin API to GET requests. */
let shown = '';
let workspace: string;

interface Shown {
  readonly id: string;
  readonly value?: string;
  readonly replaced?: { readonly id: string };
}

async function admin(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Shown; text: string }> {
  const response = await fetch(`${product.address}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: (text === '' ? {} : JSON.parse(text)) as Shown };
}

async function make(path: string, body: object, headers = {}): Promise<Shown> {
  const answer = await admin('POST', path, body, headers);
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
}

async function send(
  path: string,
  body: unknown,
  key: string | null,
  headers: Record<string, string> = {},
): Promise<number> {
  const response = await fetch(`${product.address}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...(key !== null && { authorization: `Basic ${btoa(`${key}:`)}` }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response.status;
}

beforeAll(async () => {
  receiver = await startReceiver();
  settings = {
    ...(await realServers()),
    BOOTSTRAP_ADMIN_TOKEN: BOOTSTRAP_TOKEN,
    BOOTSTRAP_WRITE_KEY: BOOTSTRAP_KEY,
    SECRET_KEYS: canary('the key of secrets', randomBytes(32).toString('base64')),
    LOG_LEVEL: 'debug',
  };
  product = await makeProduct(settings);
  await product.start();
  workspace = `/workspaces/${(await make('/workspaces', { name: CONTROL })).id}`;
  await writeKeysAndTokens();
  await destinations();
  await refusals();
  await calls();
  await reading();
  await product.stop();
}, 180_000);

afterAll(async () => {
  await product.dispose();
  await receiver.close();
});

let source: string;

async function writeKeysAndTokens(): Promise<void> {
  source = (await make(`${workspace}/sources`, { name: 'Web' })).id;
  const keys = `${workspace}/sources/${source}/write-keys`;
  const imported = await make(keys, { name: 'Imported', value: IMPORTED_KEY });
  expect((await admin('POST', keys, { name: 'Again', value: IMPORTED_KEY })).status).toBe(409);
  const repeated = { 'idempotency-key': 'once' };
  const made = await make(keys, { name: 'Made' }, repeated);
  const again = await make(keys, { name: 'Made' }, repeated);
  expect(again.value).toBe(made.value);
  canary('a made key', made.value);
  const rotated = await make(`${keys}/${made.id}/rotate`, {}, { 'idempotency-key': 'rotation' });
  canary('a rotated key', rotated.value);
  await make(`${keys}/${rotated.id}/rotate`, { value: canary('a key given to a rotation') });
  expect(imported.value).toBe(IMPORTED_KEY);
  const role = 'workspace-admin';
  const token = await make(`${workspace}/tokens`, { name: 'Robot', role }, { 'idempotency-key': 'token' });
  canary('a made token', token.value);
  const bearer = { authorization: `Bearer ${token.value}` };
  expect((await admin('PATCH', workspace, { name: CONTROL }, bearer)).status).toBe(200);
  canary('a token of the instance', (await make('/tokens', { name: 'Chief', role: 'instance-admin' })).value);
}

async function destinations(): Promise<void> {
  receiver.answer = echo;
  const headers = { authorization: `Bearer ${canary('a header of a webhook')}` };
  const secret = secretCanary('the secret of a webhook');
  const url = receiver.url;
  const hook = await make(`${workspace}/destinations`, {
    type: 'webhook',
    name: 'Hook',
    settings: { url, secret, headers },
  });
  await make(`${workspace}/connections`, { sourceId: source, destinationId: hook.id });
  const path = `${workspace}/destinations/${hook.id}`;
  const changed = { settings: { secret: secretCanary('the next secret of a webhook') } };
  expect((await admin('PATCH', path, changed)).status).toBe(200);
  for (const event of ['Accept', 'Reject', 'Retry'])
    expect((await admin('POST', `${path}/test`, { event: { event, userId: CONTROL } })).status).toBe(200);
  await applied();
}

/** Echoes its request, with the status that the event names. */
const echo: Receiver['answer'] = ({ body, headers }) => {
  const status = body.includes('Reject')
    ? 400
    : body.includes('Retry')
      ? 503
      : body.includes('Unauthorized')
        ? 401
        : 200;
  return { status, body: JSON.stringify({ headers, body }) };
};

async function applied(): Promise<void> {
  const other = `/workspaces/${(await make('/workspaces', { name: 'Applied' })).id}`;
  const document = {
    version: 1,
    sources: [{ name: 'App', writeKeys: [{ name: 'Brought', value: canary('a key in a document') }] }],
    destinations: [
      {
        name: 'Hook',
        type: 'webhook',
        settings: { url: receiver.url },
        secrets: { secret: { $secret: 'vault' } },
      },
    ],
    connections: [{ source: 'App', destination: 'Hook' }],
    secrets: { vault: secretCanary('a secret beside a document') },
  };
  expect((await admin('PUT', `${other}/apply?dryRun=true`, document)).status).toBe(200);
  expect((await admin('PUT', `${other}/apply`, document)).status).toBe(200);
  const wrong = { ...document, secrets: { typo: secretCanary('a secret that nothing refers to') } };
  expect((await admin('PUT', `${other}/apply`, wrong)).status).toBe(422);
}

/** Faulty calls that contain a secret. */
async function refusals(): Promise<void> {
  const destination = (settings: object) =>
    admin('POST', `${workspace}/destinations`, { type: 'webhook', name: 'Never', settings });
  const url = receiver.url;
  expect((await destination({ url, secret: canary('a secret of the wrong form') })).status).toBe(422);
  expect((await destination({ url, token: canary('a setting that is none') })).status).toBe(422);
  expect(
    (await destination({ url: `https://user:${canary('a password in an address')}@example.com/` })).status,
  ).toBe(422);
  const unknown = { name: 'x', password: canary('a field that is none') };
  expect((await admin('POST', `${workspace}/sources`, unknown)).status).toBe(422);
  const broken = `{"name":"x","password":"${canary('a field of broken JSON')}`;
  expect((await admin('POST', `${workspace}/sources`, broken)).status).toBe(400);
  const token = canary('an unknown token');
  expect((await admin('GET', '/me', undefined, { authorization: `Bearer ${token}` })).status).toBe(401);
  const bare = canary('a token without Bearer');
  expect((await admin('GET', `/me?token=${bare}`, undefined, { authorization: bare })).status).toBe(401);
  expect((await admin('GET', `/nothing/${canary('a token in a path')}`)).status).toBe(404);
}

const track = (more: object = {}) => ({ userId: 'user-1', event: CONTROL, ...more });

async function calls(): Promise<void> {
  const wrong = canary('an unknown key');
  expect(await send('/v1/track', track(), wrong)).toBe(401);
  expect(await send('/v1/track', track({ writeKey: canary('an unknown key in a body') }), null)).toBe(401);
  await send(
    `/v1/pixel/track?event=x&userId=u&writeKey=${canary('an unknown key of a pixel')}`,
    undefined,
    null,
  );
  await send(`/beacon/v1/batch?writeKey=${canary('an unknown key of a beacon')}`, { batch: [track()] }, null);
  await send(`/v1/projects/${canary('an unknown key of an SDK')}/settings`, undefined, null);
  await send(`/v1/projects/${BOOTSTRAP_KEY}/settings`, undefined, null);

  const writeKey = IMPORTED_KEY;
  for (const event of ['Accept', 'Reject', 'Retry'])
    expect(await send('/v1/track', track({ properties: { event }, writeKey }), writeKey)).toBe(200);
  expect(await send('/v1/track', track({ writeKey }), null)).toBe(200);
  const bad = { type: 'track', note: CONTROL, writeKey };
  expect(
    await send('/v1/batch', { batch: [{ type: 'track', ...track({ writeKey }) }, bad], writeKey }, null),
  ).toBe(200);
  expect(await send('/v1/track', { event: 5, userId: 'u', note: CONTROL, writeKey }, null)).toBe(400);
  expect(await send('/v1/track', `{"userId":"u","note":"${CONTROL}","writeKey":"${writeKey}`, writeKey)).toBe(
    400,
  );
  await pixels(writeKey);
  await eventually(() => expect(recordsOf('DEAD_LETTERS_TOPIC')).toContain(CONTROL), 30_000);
  await eventually(async () => expect(await dump()).toContain('http_503'), 30_000);
  // Another user: events of the first wait behind the one that is retried.
  const unauthorized = track({ userId: 'user-2', properties: { event: 'Unauthorized' } });
  expect(await send('/v1/track', unauthorized, writeKey)).toBe(200);
  await eventually(async () => expect(await dump()).toContain('http_401'), 30_000);
}

async function pixels(writeKey: string): Promise<void> {
  const key = encodeURIComponent(writeKey);
  const message = JSON.stringify({ writeKey, event: CONTROL, userId: 'user-1' });
  const data = Buffer.from(message).toString('base64url');
  await send(`/v1/pixel/track?data=${data}`, undefined, null);
  await send(`/pixel/v1/track?event=${CONTROL}&userId=u&writeKey=${key}`, undefined, null);
  for (let cut = 1; cut <= 4; cut += 1)
    await send(`/v1/pixel/track?data=${data.slice(0, -cut)}&writeKey=${key}`, undefined, null);
  await send(`/v1/pixel/track?note=${CONTROL}&writeKey=${key}`, undefined, null);
}

/** Every readable resource of the workspace. */
async function reading(): Promise<void> {
  const below = ['', '/sources', `/sources/${source}/write-keys`, '/destinations', '/connections', '/tokens'];
  const paths = [...below, '/export', '/audit-log?limit=200'].map((path) => `${workspace}${path}`);
  for (const path of [...paths, '/audit-log?limit=200', '/tokens', '/me', '/workspaces']) {
    const { status, text } = await admin('GET', path);
    expect([path, status]).toEqual([path, 200]);
    shown += text;
  }
  const metrics = await fetch(`${product.address}/metrics`);
  shown += await metrics.text();
}

/** Every row of every table as text; bytes in hex. */
async function dump(): Promise<string> {
  const client = new pg.Client({ connectionString: settings['DATABASE_URL'] });
  await client.connect();
  try {
    const found = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const parts: string[] = [];
    for (const { name } of found.rows) {
      const rows = await client.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM "${name}" t`);
      parts.push(name, ...rows.rows.map(({ row }) => row));
    }
    return parts.join('\n');
  } finally {
    await client.end();
  }
}

/** Keys, headers and values of all records of a topic. */
function recordsOf(name: string): string {
  const topic = settings[name] ?? '';
  const from = ['-b', settings['KAFKA_BROKERS'] ?? '', '-C', '-t', topic, '-o', 'beginning', '-e', '-q'];
  return execFileSync('kcat', [...from, '-f', '%k\t%h\t%s\n'], { maxBuffer: 1 << 28 }).toString();
}

/** Every file in the data directory, byte for byte. */
function filesIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n');
}

/** Harmless texts that the search missed: a search that finds nothing at all proves nothing. */
const lacking = (text: string, expected: readonly string[]): string[] =>
  expected.filter((each) => leaksIn(text, new Map([['control', each]])).length === 0);

describe('the canaries', () => {
  it('are many, and long enough not to occur by chance', () => {
    expect(canaries.size).toBeGreaterThan(20);
    expect([...canaries.values()].every((value) => value.length >= 16)).toBe(true);
  });

  it('reached the receiver that needs them, which proves that they were in use', () => {
    const seen = receiver.requests.map(({ headers }) => JSON.stringify(headers)).join('\n');
    expect(leaksIn(seen, canaries)).toContain('a header of a webhook in the clear');
  });
});

describe('no write key, token or secret', () => {
  it('is in the database', async () => {
    const text = await dump();
    expect(lacking(text, [CONTROL, hashOf(IMPORTED_KEY).toString('hex'), 'idempotency_keys'])).toEqual([]);
    expect(leaksIn(text, canaries)).toEqual([]);
  });

  it('is in the logs', () => {
    const text = product.output();
    const debug = 20;
    expect(lacking(text, [`"level":${debug}`, 'delivery.attempted'])).toEqual([]);
    expect(leaksIn(text, canaries)).toEqual([]);
  });

  it.each(['EVENTS_TOPIC', 'REJECTED_TOPIC', 'DEAD_LETTERS_TOPIC'])('is on the topic of %s', (name) => {
    const text = recordsOf(name);
    expect(lacking(text, [CONTROL])).toEqual([]);
    expect(leaksIn(text, canaries)).toEqual([]);
  });

  it('is in a file of the data directory', () => {
    const text = filesIn(product.dataDir);
    expect(lacking(text, [hashOf(IMPORTED_KEY).toString('base64')])).toEqual([]);
    expect(leaksIn(text, canaries)).toEqual([]);
  });

  it('is in an answer of the admin API, or in the metrics', () => {
    expect(lacking(shown, [CONTROL, 'tributary_'])).toEqual([]);
    expect(leaksIn(shown, canaries)).toEqual([]);
  });
});

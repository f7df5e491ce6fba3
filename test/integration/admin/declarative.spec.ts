import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AdminModule } from '../../../src/admin/admin.module.js';
import { AuthModule } from '../../../src/auth/auth.module.js';
import { WriteKeySnapshot } from '../../../src/auth/snapshot/write-key-snapshot.js';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { PendingDelivery } from '../../../src/database/entities/pending-delivery.entity.js';
import { Destination } from '../../../src/database/entities/destination.entity.js';
import { SecretBox } from '../../../src/secrets/secret-box.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';
import { tableSums } from '../../support/table-sums.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER_SECRET = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const HEADERS = { authorization: 'Bearer canary-of-a-header' };
const KEY_VALUE = 'key-that-apps-have';

interface Made {
  readonly id: string;
  readonly value: string;
}

interface Entry {
  id?: string;
  name: string;
  [field: string]: unknown;
}

interface Document {
  version: number;
  workspace: { name: string; rateLimit: number | null };
  sources: (Entry & { writeKeys: Entry[] })[];
  destinations: Entry[];
  connections: { id?: string; source: string; destination: string; filter: object | null }[];
  secrets?: Record<string, unknown>;
}

interface Applied {
  readonly dryRun: boolean;
  readonly changes: {
    action: string;
    resource: { type: string; id: string; name: string };
    before: object | null;
    after: object | null;
  }[];
}

interface Problem {
  readonly code: string;
  readonly errors: { readonly pointer: string; readonly detail: string }[];
}

@Module({ imports: [AdminModule, AuthModule] })
class AdminWithGuard {}

let admin: Admin;
let dataDir: string;
let workspaceId: string;
let path: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tributary-declarative-'));
  admin = await startAdmin({ DATA_DIR: dataDir, DESTINATION_ALLOWED_CIDRS: '127.0.0.0/8' }, AdminWithGuard);
});

afterAll(async () => {
  await admin.close();
  await rm(dataDir, { recursive: true, force: true });
});

let count = 0;
beforeEach(async () => {
  count += 1;
  workspaceId = (await admin.call<Made>('POST', '/workspaces', { name: `Workspace ${count}` })).body.id;
  path = `/workspaces/${workspaceId}`;
});

const post = async (below: string, body: object): Promise<Made> => {
  const answer = await admin.call<Made>('POST', `${path}${below}`, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
};

/** Two sources with keys of all kinds, two destinations with and without secrets, and connections between them. */
async function fill() {
  const web = await post('/sources', { name: 'Web' });
  const app = await post('/sources', { name: 'App', enabled: false });
  const key = await post(`/sources/${web.id}/write-keys`, {
    name: 'Browser',
    value: `${KEY_VALUE}-${count}`,
    scopes: ['browser', 'pixel'],
    allowedOrigins: ['https://b.example.com', 'https://*.a.example.com'],
    allowedCidrs: ['10.1.2.3/8'],
    rateLimit: 50,
    expiresAt: '2099-01-01T00:00:00Z',
  });
  const plain = await post(`/sources/${web.id}/write-keys`, { name: 'Any' });
  const revoked = await post(`/sources/${web.id}/write-keys`, { name: 'Revoked' });
  await admin.call('POST', `${path}/sources/${web.id}/write-keys/${revoked.id}/revoke`);
  const url = 'http://127.0.0.1:9/in';
  const hook = await post('/destinations', {
    type: 'webhook',
    name: 'Webhook',
    settings: { url, secret: SECRET, headers: HEADERS, batch: true },
  });
  const print = await post('/destinations', {
    type: 'console',
    name: 'Print',
    enabled: false,
    retryDelaysSeconds: [0, 30],
    settings: {},
  });
  const filter = { events: ['Order *'], types: ['track'] };
  const one = await post('/connections', { sourceId: web.id, destinationId: hook.id, filter });
  const two = await post('/connections', { sourceId: app.id, destinationId: hook.id });
  const three = await post('/connections', { sourceId: web.id, destinationId: print.id });
  return { web, app, key, plain, hook, print, connections: [one, two, three] };
}

async function exportText(): Promise<string> {
  const headers = { authorization: 'Bearer instance-admin-token' };
  const response = await fetch(`${admin.address}/admin/v1${path}/export`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return response.text();
}

const exported = async () => JSON.parse(await exportText()) as Document;
const apply = <Body = Applied>(document: object, query = '') =>
  admin.call<Body>('PUT', `${path}/apply${query}`, document);
const summary = ({ changes }: Applied) =>
  changes.map(({ action, resource: { type, name } }) => `${action} ${type} ${name}`);
const auditRows = () => admin.dataSource.manager.countBy(AuditRecord, { workspaceId });
const find = (value: string) => admin.app.get(WriteKeySnapshot, { strict: false }).find(value);

async function secretsOf(name: string): Promise<unknown> {
  const row = await admin.dataSource.manager.findOneByOrFail(Destination, { workspaceId, name });
  if (row.secrets === null) return null;
  return JSON.parse(admin.app.get(SecretBox, { strict: false }).open(row.secrets, row.id));
}

async function deleteAll({ web, app, hook, print, connections }: Awaited<ReturnType<typeof fill>>) {
  const gone = [
    ...connections.map(({ id }) => `/connections/${id}`),
    ...[web, app].map(({ id }) => `/sources/${id}`),
    ...[hook, print].map(({ id }) => `/destinations/${id}`),
  ];
  for (const below of gone) expect((await admin.call('DELETE', `${path}${below}`)).status).toBe(204);
}

describe('the export of a workspace', () => {
  it('is the whole configuration, sorted by name, without times, versions, keys and secrets', async () => {
    const { web, key, hook } = await fill();
    const text = await exportText();
    const document = JSON.parse(text) as Document;
    expect(document).toMatchObject({
      version: 1,
      workspace: { name: `Workspace ${count}`, rateLimit: null },
      sources: [
        { name: 'App', enabled: false, writeKeys: [] },
        {
          id: web.id,
          name: 'Web',
          enabled: true,
          writeKeys: [{ name: 'Any' }, { id: key.id, name: 'Browser' }],
        },
      ],
      destinations: [
        {
          name: 'Print',
          type: 'console',
          enabled: false,
          retryDelaysSeconds: [0, 30],
          settings: {},
          secrets: {},
        },
        {
          id: hook.id,
          name: 'Webhook',
          type: 'webhook',
          enabled: true,
          settings: { url: 'http://127.0.0.1:9/in', batch: true },
          secrets: { headers: { $secret: 'Webhook/headers' }, secret: { $secret: 'Webhook/secret' } },
        },
      ],
      connections: [
        { source: 'App', destination: 'Webhook', filter: null },
        { source: 'Web', destination: 'Print', filter: null },
        { source: 'Web', destination: 'Webhook', filter: { events: ['Order *'], types: ['track'] } },
      ],
    });
    expect(document.sources[1]?.writeKeys[1]).toEqual({
      id: key.id,
      name: 'Browser',
      hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      prefix: 'key-t',
      scopes: ['browser', 'pixel'],
      allowedOrigins: ['https://b.example.com', 'https://*.a.example.com'],
      allowedCidrs: ['10.0.0.0/8'],
      rateLimit: 50,
      expiresAt: '2099-01-01T00:00:00.000Z',
    });
    expect(document.destinations[1]).not.toHaveProperty('retryDelaysSeconds');
    for (const hidden of [KEY_VALUE, SECRET, 'canary', 'createdAt', 'updatedAt', 'Revoked'])
      expect(text).not.toContain(hidden);
  });

  it('is equal byte for byte when repeated, with one field per line', async () => {
    await fill();
    const text = await exportText();
    expect(await exportText()).toBe(text);
    expect(text.split('\n').length).toBeGreaterThan(50);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('is refused when a secret cannot be decrypted, because applying it would remove the secret', async () => {
    const { hook } = await fill();
    await admin.dataSource.manager.update(Destination, hook.id, { secrets: 'damaged' });
    expect(await admin.call('GET', `${path}/export`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
  });
});

describe('applying a document', () => {
  it('restores a deleted workspace byte for byte, with working keys', async () => {
    const made = await fill();
    const before = await exportText();
    const value = `${KEY_VALUE}-${count}`;
    expect(find(value)).toBeDefined();
    await deleteAll(made);
    expect(find(value)).toBeUndefined();
    expect((await exported()).sources).toEqual([]);

    const secrets = { 'Webhook/secret': SECRET, 'Webhook/headers': HEADERS };
    const answer = await apply({ ...(JSON.parse(before) as Document), secrets });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(summary(answer.body)).toEqual([
      'create source App',
      'create source Web',
      'create write_key Any',
      'create write_key Browser',
      'create destination Print',
      'create destination Webhook',
      'create connection App → Webhook',
      'create connection Web → Print',
      'create connection Web → Webhook',
    ]);
    expect(await exportText()).toBe(before);
    expect(find(value)).toMatchObject({ id: made.key.id, revoked: false, policy: { rateLimit: 50 } });
    expect(find(made.plain.value)).toMatchObject({ id: made.plain.id, revoked: false });
    expect(await secretsOf('Webhook')).toEqual({ secret: SECRET, headers: HEADERS });
  });

  it.each([
    ['with nothing but the document', {}],
    ['with the same secrets again', { secrets: { 'Webhook/secret': SECRET, 'Webhook/headers': HEADERS } }],
  ])('changes nothing the second time, %s', async (_, more) => {
    await fill();
    const document = { ...(await exported()), ...more };
    const before = await tableSums(admin.dataSource);
    expect(await apply(document)).toMatchObject({ status: 200, body: { dryRun: false, changes: [] } });
    expect(await tableSums(admin.dataSource)).toEqual(before);
  });

  it('changes nothing where only the spelling or a default differs', async () => {
    await fill();
    const document = await exported();
    const browser = document.sources[1]!.writeKeys[1]!;
    Object.assign(browser, {
      scopes: ['pixel', 'browser'],
      allowedOrigins: ['https://B.example.com:443', 'https://*.A.example.com'],
      allowedCidrs: ['10.9.9.9/8'],
      expiresAt: '2099-01-01T01:00:00+01:00',
    });
    document.sources[1]!.writeKeys[0] = { name: 'Any' };
    delete document.sources[1]!['enabled'];
    document.destinations[1]!['retryDelaysSeconds'] = null;
    for (const connection of document.connections) delete connection.id;
    expect((await apply(document)).body).toEqual({ dryRun: false, changes: [] });
  });

  it('makes the workspace equal to an edited document: creates, changes, renames and deletes', async () => {
    const { web } = await fill();
    const document = await exported();
    const [app, site] = document.sources as [Document['sources'][0], Document['sources'][0]];
    site.name = 'Website';
    site.writeKeys = [
      { ...(site.writeKeys[1] as Entry), rateLimit: null },
      { name: 'Imported', value: `imported-${count}` },
    ];
    document.sources = [site, { name: 'New', enabled: true, writeKeys: [] }];
    document.destinations = document.destinations.filter(({ name }) => name === 'Webhook');
    document.connections = [
      { source: 'Website', destination: 'Webhook', filter: null },
      { source: 'New', destination: 'Webhook', filter: { types: ['page'] } },
    ];
    const answer = await apply(document);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(summary(answer.body).toSorted()).toEqual([
      'create connection New → Webhook',
      'create source New',
      'create write_key Imported',
      'delete connection App → Webhook',
      'delete connection Web → Print',
      'delete destination Print',
      'delete source App',
      'delete write_key Any',
      'update connection Website → Webhook',
      'update source Website',
      'update write_key Browser',
    ]);
    expect(find(`imported-${count}`)).toBeDefined();
    const after = await exported();
    expect(after.sources.map(({ id, name }) => [id === web.id, name])).toEqual([
      [false, 'New'],
      [true, 'Website'],
    ]);
    expect(app.name).toBe('App');
    expect(await secretsOf('Webhook')).toEqual({ secret: SECRET, headers: HEADERS });
    const { body } = await admin.call<Applied>('PUT', `${path}/apply`, after);
    expect(body.changes).toEqual([]);
  });

  it('swaps and rotates the names of sources, write keys and destinations', async () => {
    const { web, app, key, plain, hook, print, connections } = await fill();
    const document = await exported();
    const [second, first] = document.sources as [Document['sources'][0], Document['sources'][0]];
    [first.name, second.name] = [second.name, first.name];
    const [any, browser] = first.writeKeys as [Entry, Entry];
    [any.name, browser.name] = [browser.name, any.name];
    const [printer, webhook] = document.destinations as [Entry, Entry];
    [printer.name, webhook.name] = ['Webhook', 'Other'];
    document.destinations.push({ name: 'Print', type: 'console', settings: {} });
    const places = { App: 'Web', Web: 'App', Webhook: 'Other', Print: 'Webhook' } as Record<string, string>;
    for (const connection of document.connections) {
      connection.source = places[connection.source]!;
      connection.destination = places[connection.destination]!;
    }
    const before = await tableSums(admin.dataSource);
    const rehearsed = await apply(document, '?dryRun=true');
    expect(await tableSums(admin.dataSource)).toEqual(before);
    const { status, body } = await apply(document);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(summary(rehearsed.body)).toEqual(summary(body));
    const told = body.changes.map(({ resource, before, after }) => {
      const [old, now] = [before, after] as ({ name: string; version: number } | null)[];
      return [resource.id, old?.name, now?.name, now?.version];
    });
    expect(told.slice(0, -1).toSorted()).toEqual(
      [
        [web.id, 'Web', 'App', 2],
        [app.id, 'App', 'Web', 2],
        [key.id, 'Browser', 'Any', 2],
        [plain.id, 'Any', 'Browser', 2],
        [hook.id, 'Webhook', 'Other', 2],
        [print.id, 'Print', 'Webhook', 2],
      ].toSorted(),
    );
    expect(told.at(-1)).toEqual([expect.stringMatching(/^dst_/), undefined, 'Print', 1]);
    const after = await exported();
    expect(after.connections.map(({ id }) => id).toSorted()).toEqual(
      connections.map(({ id }) => id).toSorted(),
    );
    expect(find(plain.value)).toMatchObject({ id: plain.id });
    expect(await secretsOf('Other')).toEqual({ secret: SECRET, headers: HEADERS });
    expect((await apply(after)).body.changes).toEqual([]);
  });

  it('shows with a dry run exactly what would change, and changes nothing', async () => {
    await fill();
    const document = await exported();
    document.sources[1]!.enabled = false;
    document.connections = document.connections.slice(1);
    const before = await tableSums(admin.dataSource);
    const rehearsed = await apply(document, '?dryRun=true');
    expect(rehearsed).toMatchObject({ status: 200, body: { dryRun: true } });
    expect(await tableSums(admin.dataSource)).toEqual(before);
    const done = await apply(document, '?dryRun=false');
    expect(summary(done.body)).toEqual(['delete connection App → Webhook', 'update source Web']);
    expect(rehearsed.body.changes.map(({ before, resource }) => [before, resource])).toEqual(
      done.body.changes.map(({ before, resource }) => [before, resource]),
    );
  });

  it('leaves lists alone that the document leaves out, also the keys of a source', async () => {
    await fill();
    const before = await exported();
    const { connections } = before;
    const sources = before.sources.map(({ id, name, enabled }) => ({ id, name, enabled }));
    expect((await apply({ version: 1 })).body.changes).toEqual([]);
    expect((await apply({ version: 1, sources })).body.changes).toEqual([]);
    expect(summary((await apply({ version: 1, connections: connections.slice(0, 1) })).body)).toHaveLength(2);
    expect(await exported()).toEqual({ ...before, connections: connections.slice(0, 1) });
  });

  it('writes one audit entry per change', async () => {
    await fill();
    const document = await exported();
    const before = await auditRows();
    document.connections = [];
    document.destinations[0]!.name = 'Printer';
    expect((await apply(document)).body.changes).toHaveLength(4);
    expect(await auditRows()).toBe(before + 4);
  });

  it('replaces a key when its hash is another one', async () => {
    const { key } = await fill();
    const document = await exported();
    const entry = document.sources[1]!.writeKeys[1]!;
    delete entry['hash'];
    delete entry['prefix'];
    entry['value'] = `another-value-${count}`;
    expect(summary((await apply(document)).body)).toEqual([
      'delete write_key Browser',
      'create write_key Browser',
    ]);
    expect(find(`${KEY_VALUE}-${count}`)).toBeUndefined();
    expect(find(`another-value-${count}`)).toMatchObject({ id: key.id });
  });

  it('removes a secret without a reference, and stores a new value', async () => {
    await fill();
    const document = await exported();
    document.destinations[1]!['secrets'] = { secret: { $secret: 'vault/one' } };
    const answer = await apply({ ...document, secrets: { 'vault/one': OTHER_SECRET } });
    expect(answer.body.changes).toMatchObject([{ action: 'update', after: { secretsSet: ['secret'] } }]);
    expect(await secretsOf('Webhook')).toEqual({ secret: OTHER_SECRET });
    expect(JSON.stringify(answer.body)).not.toContain('whsec_');
  });

  it('sets and removes waits between attempts, and distinguishes an empty list from none', async () => {
    await fill();
    const document = await exported();
    delete document.destinations[0]!['retryDelaysSeconds'];
    document.destinations[1]!['retryDelaysSeconds'] = [];
    expect((await apply(document)).body.changes).toMatchObject([
      { before: { retryDelaysSeconds: [0, 30] }, after: { name: 'Print', retryDelaysSeconds: null } },
      { before: { retryDelaysSeconds: null }, after: { name: 'Webhook', retryDelaysSeconds: [] } },
    ]);
    expect((await exported()).destinations).toEqual(document.destinations);
  });

  it('lets a destination call another address without its former secrets', async () => {
    await fill();
    const document = await exported();
    Object.assign(document.destinations[1]!, { settings: { url: 'http://127.0.0.1:10/in' }, secrets: {} });
    expect(summary((await apply(document)).body)).toEqual(['update destination Webhook']);
    expect(await secretsOf('Webhook')).toBeNull();
  });
});

describe('a document is refused', () => {
  async function refused(edit: (document: Document) => void, status = 422) {
    await fill();
    const document = await exported();
    edit(document);
    const before = await tableSums(admin.dataSource);
    const answer = await apply<Problem>(document);
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    expect(await tableSums(admin.dataSource)).toEqual(before);
    return answer.body.errors;
  }
  const pointers = (errors: Problem['errors']) => errors.map(({ pointer }) => pointer);

  it('for unknown fields, at any depth, by name', async () => {
    const errors = await refused(({ sources, destinations }) => {
      Object.assign(sources[1]!.writeKeys[0]!, { colour: 'red' });
      Object.assign(destinations[0]!, { paused: true });
    });
    expect(errors).toEqual([
      { pointer: '/sources/1/writeKeys/0/colour', detail: 'There is no field colour here' },
      { pointer: '/destinations/0/paused', detail: 'There is no field paused here' },
    ]);
  });

  it('for invalid waits between attempts, each with its pointer', async () => {
    const errors = await refused(({ destinations }) => {
      destinations[0]!['retryDelaysSeconds'] = [0.5];
      destinations[1]!['retryDelaysSeconds'] = 5;
    });
    expect(pointers(errors)).toEqual([
      '/destinations/0/retryDelaysSeconds',
      '/destinations/1/retryDelaysSeconds',
    ]);
  });

  it('with all faults at once', async () => {
    const errors = await refused((document) => {
      document.sources.push({ name: 'Web', writeKeys: [{ name: 'Secretless' }] });
      document.destinations[1]!['settings'] = { url: 'http://10.0.0.1/', uri: 'x' };
      document.destinations.push({
        name: 'Other',
        type: 'webhook',
        settings: { url: 'https://example.com', secret: SECRET },
        secrets: { headers: { $secret: 'Other/headers' }, token: { $secret: 'Other/token' } },
      });
      document.connections.push({ source: 'Nobody', destination: 'Nowhere', filter: { colour: 1 } });
      document.secrets = { 'Webhook/sceret': SECRET };
    });
    expect(pointers(errors).toSorted()).toEqual([
      '/connections/3/destination',
      '/connections/3/filter/colour',
      '/connections/3/source',
      '/destinations/1/settings/uri',
      '/destinations/1/settings/url',
      '/destinations/2/secrets/headers',
      '/destinations/2/secrets/token',
      '/destinations/2/settings/secret',
      '/secrets/Webhook~1sceret',
      '/sources/2/name',
      '/sources/2/writeKeys/0',
    ]);
    expect(JSON.stringify(errors)).toContain('send the value of Other/headers in secrets');
    expect(JSON.stringify(errors)).toContain('would never be shown');
    expect(JSON.stringify(errors)).not.toContain(SECRET);
  });

  it('where a destination would call another address with stored secrets', async () => {
    const moved = ({ destinations }: Document) => {
      destinations[1]!['settings'] = { url: 'http://127.0.0.1:10/in', batch: true };
    };
    const errors = await refused(moved);
    expect(pointers(errors).toSorted()).toEqual([
      '/destinations/1/secrets/headers',
      '/destinations/1/secrets/secret',
    ]);
    expect(JSON.stringify(errors)).toContain('send the value of Webhook/headers in secrets');
    const document = await exported();
    moved(document);
    const secrets = { 'Webhook/secret': OTHER_SECRET };
    const half = await apply<Problem>({ ...document, secrets }, '?dryRun=true');
    expect(half).toMatchObject({ status: 422, body: { code: 'secrets_required' } });
    expect(pointers(half.body.errors)).toEqual(['/destinations/1/secrets/headers']);
    const whole = await apply({ ...document, secrets: { ...secrets, 'Webhook/headers': HEADERS } });
    expect(summary(whole.body)).toEqual(['update destination Webhook']);
    expect(await secretsOf('Webhook')).toEqual({ secret: OTHER_SECRET, headers: HEADERS });
  });

  it('for a secret that is not a reference, without repeating it', async () => {
    const errors = await refused(({ destinations }) => {
      destinations[1]!['secrets'] = { secret: SECRET };
    });
    expect(pointers(errors)).toEqual(['/destinations/1/secrets']);
    expect(JSON.stringify(errors)).not.toContain(SECRET);
  });

  it('for another type of an existing destination', async () => {
    const errors = await refused(({ destinations }) => {
      Object.assign(destinations[1]!, { type: 'console', settings: {}, secrets: {} });
    });
    expect(pointers(errors)).toEqual(['/destinations/1/type']);
  });

  it('for a hash and a value together, and for duplicates', async () => {
    const errors = await refused(({ sources, connections }) => {
      const [any, browser] = sources[1]!.writeKeys as [Entry, Entry];
      any['value'] = 'some-value-of-a-key';
      browser.id = any.id!;
      connections.push({ ...connections[0]!, id: connections[1]!.id! });
    });
    expect(pointers(errors).toSorted()).toEqual([
      '/connections/3/destination',
      '/connections/3/id',
      '/sources/1/writeKeys/0/value',
      '/sources/1/writeKeys/1/id',
    ]);
  });

  it('for ids and keys that another resource has', async () => {
    await fill();
    const elsewhere = await exported();
    workspaceId = (await admin.call<Made>('POST', '/workspaces', { name: `Copy ${count}` })).body.id;
    path = `/workspaces/${workspaceId}`;
    const { sources, connections } = elsewhere;
    const before = await tableSums(admin.dataSource);
    const destinations = [{ name: 'Print', type: 'console', settings: {} }];
    const document = { version: 1, sources, destinations, connections: connections.slice(1, 2) };
    const answer = await apply<Problem>(document);
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(pointers(answer.body.errors)).toEqual([
      '/sources/0/id',
      '/sources/1/id',
      '/sources/1/writeKeys/0/id',
      '/sources/1/writeKeys/1/id',
      '/connections/0/id',
      '/sources/1/writeKeys/0/hash',
      '/sources/1/writeKeys/1/hash',
    ]);
    expect(await tableSums(admin.dataSource)).toEqual(before);
  });

  it('when it lacks a source that connections use, and leaves out connections', async () => {
    await fill();
    const { sources } = await exported();
    const answer = await apply({ version: 1, sources: sources.slice(1) });
    expect(answer).toMatchObject({ status: 409, body: { code: 'in_use', usedBy: [{ type: 'connection' }] } });
  });

  it('when it lacks a destination for which deliveries wait, unless those may be discarded', async () => {
    const { print } = await fill();
    const waiting = { origin: 'tributary.events/0/0', messageId: 'm', event: '{}', attempt: 1 };
    const times = { dueAt: new Date('2099-01-01'), firstFailedAt: new Date() };
    const { manager } = admin.dataSource;
    await manager.insert(PendingDelivery, {
      ...{ ...waiting, ...times, destinationId: print.id, lastReason: 'http_500' },
    });
    const document = await exported();
    document.destinations = document.destinations.slice(1);
    document.connections = document.connections.filter(({ destination }) => destination !== 'Print');
    const before = await tableSums(admin.dataSource);
    for (const query of ['', '?dryRun=true', '?discard=false'])
      expect(await apply<Problem>(document, query)).toMatchObject({
        status: 409,
        body: { code: 'conflict', detail: expect.stringContaining('1 delivery waits') as string },
      });
    const rehearsed = await apply(document, '?discard=true&dryRun=true');
    expect(await tableSums(admin.dataSource)).toEqual(before);
    const done = await apply(document, '?discard=true');
    for (const { body } of [rehearsed, done])
      expect(body.changes.at(-1)).toMatchObject({
        action: 'delete',
        before: { name: 'Print', discarded: { waiting: 1, deadLetters: 0 } },
      });
    expect(await manager.countBy(PendingDelivery, { destinationId: print.id })).toBe(0);
  });

  it.each([
    ['another version', { version: 2 }, '/version'],
    ['no version', {}, '/version'],
    [
      'an id of another kind',
      { version: 1, sources: [{ name: 'x', id: 'dst_0Uq3b2VtZ8kQ1x7mYd4HpR' }] },
      '/sources/0/id',
    ],
    ['a list of something else', { version: 1, sources: [7] }, '/sources'],
    ['a source without a name', { version: 1, sources: [{}] }, '/sources/0/name'],
    ['a list that is null', { version: 1, connections: null }, '/connections'],
  ])('for %s', async (_, document, pointer) => {
    const answer = await apply<Problem>(document);
    expect(answer.status).toBe(422);
    expect(pointers(answer.body.errors)).toContain(pointer);
  });

  it('when a workspace admin changes the rate limit of the workspace', async () => {
    const token = await admin.addToken(`admin-of-${count}`, 'workspace-admin', workspaceId);
    const rated = (rateLimit: number | null) =>
      admin.call(
        'PUT',
        `${path}/apply`,
        { version: 1, workspace: { name: 'Renamed', rateLimit } },
        { token },
      );
    expect((await rated(7)).status).toBe(403);
    expect(await rated(null)).toMatchObject({
      status: 200,
      body: { changes: [{ resource: { name: 'Renamed' } }] },
    });
  });

  it('with a dry run that is neither true nor false', async () => {
    expect((await apply({ version: 1 }, '?dryRun=yes')).status).toBe(422);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { Connection } from '../../../src/database/entities/connection.entity.js';
import { Destination } from '../../../src/database/entities/destination.entity.js';
import { WriteKey } from '../../../src/database/entities/write-key.entity.js';
import { newId } from '../../../src/database/new-id.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';

interface Made {
  readonly id: string;
}

let admin: Admin;
let workspaceId: string;
let sources: string;

beforeAll(async () => {
  admin = await startAdmin();
  workspaceId = await makeWorkspace('Sources');
  sources = `/workspaces/${workspaceId}/sources`;
});

afterAll(() => admin.close());

const makeWorkspace = async (name: string) =>
  (await admin.call<Made>('POST', '/workspaces', { name })).body.id;
const make = async (name: string, inside = sources) =>
  (await admin.call<Made>('POST', inside, { name })).body.id;

async function connect(sourceId: string): Promise<string> {
  const { manager } = admin.dataSource;
  const destination = { id: newId('dst'), workspaceId, type: 'console', name: newId('dst'), settings: {} };
  await manager.insert(Destination, destination);
  const id = newId('con');
  await manager.insert(Connection, { id, sourceId, destinationId: destination.id });
  return id;
}

describe('sources', () => {
  it('are created, read, changed and deleted', async () => {
    const made = await admin.call<Made>('POST', sources, { name: 'Website' });
    expect(made).toMatchObject({ status: 201, body: { name: 'Website', enabled: true, version: 1 } });
    const { id } = made.body;
    expect(id).toMatch(/^src_/);
    expect(made.headers.get('location')).toBe(`/admin/v1${sources}/${id}`);
    expect(made.headers.get('etag')).toBe('"1"');

    const changed = await admin.call('PATCH', `${sources}/${id}`, { enabled: false });
    expect(changed).toMatchObject({ status: 200, body: { id, name: 'Website', enabled: false, version: 2 } });
    expect(await admin.call('GET', `${sources}/${id}`)).toMatchObject({ status: 200, body: changed.body });

    expect((await admin.call('DELETE', `${sources}/${id}`)).status).toBe(204);
    expect(await admin.call('GET', `${sources}/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'not_found', detail: `There is no source ${id}` },
    });
  });

  it('may be created disabled', async () => {
    const { body } = await admin.call('POST', sources, { name: 'Off', enabled: false });
    expect(body).toMatchObject({ enabled: false });
  });

  it('have a unique name in their workspace, and not beyond', async () => {
    await make('Taken');
    expect(await admin.call('POST', sources, { name: 'Taken' })).toMatchObject({
      status: 409,
      body: { code: 'duplicate', errors: [{ pointer: '/name' }] },
    });
    const other = await makeWorkspace('Another with the name');
    expect((await admin.call('POST', `/workspaces/${other}/sources`, { name: 'Taken' })).status).toBe(201);
  });

  it.each([
    ['no name', {}, '/name'],
    ['null for enabled', { name: 'x', enabled: null }, '/enabled'],
    ['a text for enabled', { name: 'x', enabled: 'yes' }, '/enabled'],
    ['a field it does not know', { name: 'x', workspaceId: 'wsp_1' }, '/workspaceId'],
  ])('refuse %s', async (_, body, pointer) => {
    const answer = await admin.call('POST', sources, body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(answer.body['errors']).toContainEqual(expect.objectContaining({ pointer }));
  });

  it('refuse a name that Postgres cannot store', async () => {
    expect(await admin.call('POST', sources, { name: 'a\u0000b' })).toMatchObject({
      status: 422,
      body: { code: 'invalid_request' },
    });
  });

  it.each(['/workspaces/%00', '/workspaces/%00/sources', 'sources/%00'])(
    'know nothing of an id that no row can have: %s',
    async (path) => {
      const below = path.startsWith('/') ? path : `/workspaces/${workspaceId}/${path}`;
      expect(await admin.call('GET', below)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    },
  );

  it('refuse null in a change', async () => {
    const id = await make('Never null');
    for (const body of [{ name: null }, { enabled: null }])
      expect((await admin.call('PATCH', `${sources}/${id}`, body)).status).toBe(422);
  });

  it('are changed and deleted only in the version that was read', async () => {
    const id = await make('Contended');
    const headers = { 'if-match': '"1"' };
    expect((await admin.call('PATCH', `${sources}/${id}`, { name: 'First' }, { headers })).status).toBe(200);
    expect(await admin.call('PATCH', `${sources}/${id}`, { name: 'Second' }, { headers })).toMatchObject({
      status: 412,
      body: { code: 'precondition_failed' },
    });
    expect((await admin.call('DELETE', `${sources}/${id}`, undefined, { headers })).status).toBe(412);
    expect((await admin.call('GET', `${sources}/${id}`)).body).toMatchObject({ name: 'First', version: 2 });
  });

  it('are kept while connections use them, and the answer lists those', async () => {
    const id = await make('Connected');
    const connections = [await connect(id), await connect(id)];
    const refused = await admin.call('DELETE', `${sources}/${id}`);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'in_use', detail: 'The source Connected is used by 2 connections' },
    });
    const usedBy = connections.map((connection) => ({ type: 'connection', id: connection }));
    expect(refused.body['usedBy']).toEqual(expect.arrayContaining(usedBy));
    await admin.dataSource.manager.delete(Connection, { sourceId: id });
    expect((await admin.call('DELETE', `${sources}/${id}`)).status).toBe(204);
  });

  it('are deleted with their write keys, each with an audit entry', async () => {
    const id = await make('With keys');
    const keys = [
      await make('One', `${sources}/${id}/write-keys`),
      await make('Two', `${sources}/${id}/write-keys`),
    ];
    expect((await admin.call('DELETE', `${sources}/${id}`)).status).toBe(204);
    const { manager } = admin.dataSource;
    expect(await manager.countBy(WriteKey, { sourceId: id })).toBe(0);
    const rows = await manager.find(AuditRecord, { where: { action: 'delete', workspaceId } });
    expect(rows.map(({ resourceId }) => resourceId)).toEqual(expect.arrayContaining([...keys, id]));
  });

  it('are listed in pages, those of the workspace only', async () => {
    const own = await makeWorkspace('Listed');
    const path = `/workspaces/${own}/sources`;
    const ids = [await make('b', path), await make('a', path), await make('c', path)];
    const first = await admin.call<{ data: Made[]; pagination: { next: string } }>('GET', `${path}?limit=2`);
    expect(first.body.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const rest = await admin.call('GET', `${path}?limit=2&cursor=${first.body.pagination.next}`);
    expect(rest.body).toMatchObject({ data: [{ id: ids[2] }], pagination: { next: null } });
  });

  it('of another workspace do not exist', async () => {
    const id = await make('Foreign');
    const other = await makeWorkspace('Stranger');
    const path = `/workspaces/${other}/sources/${id}`;
    for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE']] as const)
      expect(await admin.call(method, path, body)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    expect((await admin.call('GET', `${sources}/${id}`)).body).toMatchObject({ name: 'Foreign', version: 1 });
  });

  it('are read by a viewer, who changes nothing', async () => {
    const id = await make('Viewed');
    const token = await admin.addToken('sources-viewer', 'workspace-viewer', workspaceId);
    expect((await admin.call('GET', sources, undefined, { token })).status).toBe(200);
    expect((await admin.call('GET', `${sources}/${id}`, undefined, { token })).status).toBe(200);
    expect((await admin.call('POST', sources, { name: 'No' }, { token })).status).toBe(403);
    expect((await admin.call('PATCH', `${sources}/${id}`, { name: 'No' }, { token })).status).toBe(403);
    expect((await admin.call('DELETE', `${sources}/${id}`, undefined, { token })).status).toBe(403);
  });

  it('write one audit entry per change', async () => {
    const id = await make('Audited');
    await admin.call('PATCH', `${sources}/${id}`, { enabled: false });
    await admin.call('PATCH', `${sources}/${id}`, { enabled: false });
    await admin.call('DELETE', `${sources}/${id}`);
    const rows = await admin.dataSource.manager.find(AuditRecord, {
      where: { resourceId: id },
      order: { id: 'ASC' },
    });
    expect(rows).toMatchObject([
      { action: 'create', resourceType: 'source', workspaceId, before: null, after: { enabled: true } },
      { action: 'update', before: { enabled: true }, after: { enabled: false } },
      { action: 'delete', before: { enabled: false }, after: null },
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';

let admin: Admin;

beforeAll(async () => {
  admin = await startAdmin();
});

afterAll(() => admin.close());

const make = async (name: string) =>
  (await admin.call('POST', '/workspaces', { name })).body as { id: string };

interface Page {
  readonly data: { id: string }[];
  readonly pagination: { next: string | null };
}

describe('workspaces', () => {
  it('are created, read, changed and deleted', async () => {
    const made = await admin.call('POST', '/workspaces', { name: 'Acme', rateLimit: 500 });
    expect(made).toMatchObject({ status: 201, body: { name: 'Acme', rateLimit: 500, version: 1 } });
    const { id } = made.body as { id: string };
    expect(made.headers.get('location')).toBe(`/admin/v1/workspaces/${id}`);
    expect(made.headers.get('etag')).toBe('"1"');

    const changed = await admin.call('PATCH', `/workspaces/${id}`, { rateLimit: null });
    expect(changed).toMatchObject({ status: 200, body: { id, name: 'Acme', rateLimit: null, version: 2 } });
    expect(await admin.call('GET', `/workspaces/${id}`)).toMatchObject({ status: 200, body: changed.body });

    expect((await admin.call('DELETE', `/workspaces/${id}`)).status).toBe(204);
    expect(await admin.call('GET', `/workspaces/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });

  it('have a unique name', async () => {
    const { id } = await make('Taken');
    const again = await admin.call('POST', '/workspaces', { name: 'Taken' });
    expect(again.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(again).toMatchObject({
      status: 409,
      body: { type: 'urn:tributary:problem:duplicate', errors: [{ pointer: '/name' }] },
    });
    const { id: other } = await make('Free');
    expect((await admin.call('PATCH', `/workspaces/${other}`, { name: 'Taken' })).status).toBe(409);
    expect((await admin.call('PATCH', `/workspaces/${id}`, { name: 'Taken' })).body).toMatchObject({
      version: 1,
    });
  });

  it.each([
    [
      'an unknown field by its name',
      { name: 'x', colour: 'red' },
      '/colour',
      'There is no field colour here',
    ],
    ['a name of another type', { name: 7 }, '/name', 'name must be a string'],
    ['no name', {}, '/name', 'name must be a string'],
    ['a name of blanks', { name: '  ' }, '/name', 'name must not begin or end with a blank'],
    ['a limit of nothing', { name: 'x', rateLimit: 0 }, '/rateLimit', 'rateLimit must not be less than 1'],
    ['a list', [], '', 'The body must be a JSON object'],
    ['nothing', 'null', '', 'The body must be a JSON object'],
  ])('refuse %s', async (_, body, pointer, detail) => {
    const answer = await admin.call('POST', '/workspaces', body);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'invalid_request' });
    expect((answer.body as { errors: unknown[] }).errors).toContainEqual({ pointer, detail });
  });

  it('refuse null for a name', async () => {
    const { id } = await make('Never null');
    expect(await admin.call('PATCH', `/workspaces/${id}`, { name: null })).toMatchObject({ status: 422 });
  });

  it('refuse what is not JSON', async () => {
    expect(await admin.call('POST', '/workspaces', '{"name":')).toMatchObject({
      status: 400,
      body: { code: 'invalid_json' },
    });
    const headers = { 'content-type': 'text/plain' };
    expect(await admin.call('POST', '/workspaces', '{}', { headers })).toMatchObject({ status: 415 });
  });

  it('are not overwritten by a caller who read an older version', async () => {
    const { id } = await make('Contended');
    const change = (name: string, tag: string) =>
      admin.call('PATCH', `/workspaces/${id}`, { name }, { headers: { 'if-match': tag } });
    expect((await change('First', '"1"')).status).toBe(200);
    expect(await change('Second', '"1"')).toMatchObject({
      status: 412,
      body: { code: 'precondition_failed' },
    });
    expect((await change('Third', '*')).body).toMatchObject({ name: 'Third', version: 3 });
  });

  it('are created once when a request is repeated', async () => {
    const post = (name: string) =>
      admin.call('POST', '/workspaces', { name }, { headers: { 'idempotency-key': 'key-1' } });
    const [first, second] = await Promise.all([post('Once'), post('Once')]);
    expect(first).toMatchObject({ status: 201 });
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(await post('Another')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it('are listed in pages, in the order of their creation', async () => {
    const made: string[] = [];
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) made.push((await make(name)).id);
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const path: string = `/workspaces?limit=2${next && `&cursor=${next}`}`;
      const { body } = await admin.call<Page>('GET', path);
      const { data, pagination } = body;
      expect(data.length).toBeLessThanOrEqual(2);
      seen.push(...data.map(({ id }) => id));
      next = pagination.next;
    }
    expect(seen.filter((id) => made.includes(id))).toEqual(made);
    expect(new Set(seen).size).toBe(seen.length);
    expect(await admin.call('GET', '/workspaces?limit=0')).toMatchObject({
      status: 422,
      body: { errors: [{ parameter: 'limit' }] },
    });
  });

  it('write one audit entry per change, and none where nothing changed', async () => {
    const { id } = await make('Audited');
    const headers = { 'user-agent': 'test-agent' };
    await admin.call('PATCH', `/workspaces/${id}`, { name: 'Renamed' }, { headers });
    await admin.call('PATCH', `/workspaces/${id}`, { name: 'Renamed' });
    await admin.call('PATCH', `/workspaces/${id}`, { name: 7 });
    await admin.call('DELETE', `/workspaces/${id}`);
    const rows = await admin.dataSource.manager.find(AuditRecord, {
      where: { resourceId: id },
      order: { id: 'ASC' },
    });
    expect(rows.map(({ action }) => action)).toEqual(['create', 'update', 'delete']);
    expect(rows[1]).toMatchObject({
      resourceType: 'workspace',
      tokenName: 'Default',
      address: '127.0.0.1',
      userAgent: 'test-agent',
      before: { name: 'Audited' },
      after: { name: 'Renamed' },
    });
  });

  it('are limited to its own for a workspace admin', async () => {
    const { id } = await make('Own');
    const token = await admin.addToken('own-admin-token', 'workspace-admin', id);
    const { body } = await admin.call('GET', '/workspaces', undefined, { token });
    expect(body).toMatchObject({ data: [{ id }], pagination: { next: null } });
    expect((await admin.call('PATCH', `/workspaces/${id}`, { rateLimit: 5 }, { token })).status).toBe(403);
    expect((await admin.call('PATCH', `/workspaces/${id}`, { name: 'Mine' }, { token })).status).toBe(200);
  });
});

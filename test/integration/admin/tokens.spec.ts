import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/database/credential.js';
import { AdminToken } from '../../../src/database/entities/admin-token.entity.js';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { type Admin, INSTANCE_TOKEN, startAdmin } from '../../support/admin-app.js';
import { formsOf, storedText } from '../../support/stored-text.js';

interface Token {
  readonly id: string;
  readonly value: string;
}

interface List {
  readonly data: Token[];
  readonly pagination: { readonly next: string | null };
}

const LATER = '2031-01-01T00:00:00.000Z';

let admin: Admin;
let workspaceId: string;
let foreignId: string;
let tokens: string;

beforeAll(async () => {
  admin = await startAdmin();
  workspaceId = await makeWorkspace('Tokens');
  foreignId = await makeWorkspace('Another');
  tokens = `/workspaces/${workspaceId}/tokens`;
});

afterAll(() => admin.close());

const makeWorkspace = async (name: string) =>
  (await admin.call<Token>('POST', '/workspaces', { name })).body.id;
const make = async (body: object = {}, path = tokens) =>
  (await admin.call<Token>('POST', path, { name: 'A token', role: 'workspace-viewer', ...body })).body;
const me = (token: string) => admin.call('GET', '/me', undefined, { token });

describe('tokens of a workspace', () => {
  it('are created, read and deleted, and work in between', async () => {
    const made = await admin.call<Token>('POST', tokens, {
      ...{ name: 'Pipeline', role: 'workspace-admin', expiresAt: LATER },
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...{ name: 'Pipeline', role: 'workspace-admin', workspaceId, status: 'live' },
        ...{ expiresAt: LATER, lastUsedAt: null },
      },
    });
    const { id, value } = made.body;
    expect(id).toMatch(/^tok_/);
    expect(value).toMatch(/^trb_[A-Za-z0-9]{40}$/);
    expect(made.body).toMatchObject({ prefix: value.slice(0, 8) });
    expect(made.headers.get('location')).toBe(`/admin/v1${tokens}/${id}`);

    const source = { name: 'Made by the pipeline' };
    const path = `/workspaces/${workspaceId}/sources`;
    expect((await admin.call('POST', path, source, { token: value })).status).toBe(201);
    const read = await admin.call('GET', `${tokens}/${id}`);
    expect(read).toMatchObject({ status: 200, body: { id, lastUsedAt: expect.any(String) as string } });
    expect(read.body).not.toHaveProperty('value');

    expect((await admin.call('DELETE', `${tokens}/${id}`)).status).toBe(204);
    expect((await me(value)).status).toBe(401);
    expect((await admin.call('GET', `${tokens}/${id}`)).status).toBe(404);
  });

  it('cannot access another workspace', async () => {
    const { value: token } = await make({ role: 'workspace-admin' });
    for (const path of [`/workspaces/${foreignId}`, `/workspaces/${foreignId}/tokens`])
      expect(await admin.call('GET', path, undefined, { token })).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
  });

  it.each([
    ['no role', { role: undefined }, '/role'],
    ['the role of an instance admin', { role: 'instance-admin' }, '/role'],
    ['no name', { name: '' }, '/name'],
    ['an end that is over', { expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['a value of its own', { value: 'trb_chosen' }, '/value'],
    ['another workspace', { workspaceId: 'wsp_1' }, '/workspaceId'],
  ])('refuse %s', async (_, body, pointer) => {
    const answer = await admin.call('POST', tokens, { name: 'x', role: 'workspace-viewer', ...body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(answer.body['errors']).toContainEqual(expect.objectContaining({ pointer }));
  });

  it('are managed by admins of the workspace, and not even listed by a viewer', async () => {
    const { value: owner } = await make({ role: 'workspace-admin' });
    const { value: viewer } = await make({ role: 'workspace-viewer' });
    const { id } = await make();
    const body = { name: 'Another', role: 'workspace-admin' };
    for (const [method, path] of [
      ['GET', tokens],
      ['GET', `${tokens}/${id}`],
      ['POST', tokens],
      ['DELETE', `${tokens}/${id}`],
    ] as const) {
      const sent = method === 'POST' ? body : undefined;
      expect((await admin.call(method, path, sent, { token: viewer })).status).toBe(403);
      expect((await admin.call(method, path, sent, { token: owner })).status).toBeLessThan(300);
    }
  });

  it('are listed in pages, without those of other workspaces', async () => {
    const own = await makeWorkspace('Listed');
    const path = `/workspaces/${own}/tokens`;
    const ids = [(await make({}, path)).id, (await make({}, path)).id, (await make({}, path)).id];
    const first = await admin.call<List>('GET', `${path}?limit=2`);
    expect(first.body.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const rest = await admin.call<List>('GET', `${path}?limit=2&cursor=${first.body.pagination.next!}`);
    expect(rest.body).toMatchObject({ data: [{ id: ids[2] }], pagination: { next: null } });
  });

  it('do not exist in other workspaces', async () => {
    const { id, value } = await make();
    for (const path of [`/workspaces/${foreignId}/tokens/${id}`, `/tokens/${id}`])
      for (const method of ['GET', 'DELETE'])
        expect(await admin.call(method, path)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await me(value)).status).toBe(200);
  });

  it('are created once, and shown again when a request is repeated', async () => {
    const post = () =>
      admin.call<Token>(
        'POST',
        tokens,
        { name: 'Once', role: 'workspace-viewer' },
        {
          headers: { 'idempotency-key': 'token-once' },
        },
      );
    const [first, again] = [await post(), await post()];
    expect(again.body).toEqual(first.body);
    expect((await me(again.body.value)).status).toBe(200);
  });

  it('are in the database as a hash only', async () => {
    const made = await admin.call<Token>(
      'POST',
      tokens,
      { name: 'Canary', role: 'workspace-viewer' },
      {
        headers: { 'idempotency-key': 'token-canary' },
      },
    );
    const { value } = made.body;
    await me(value);
    const stored = await storedText(admin.dataSource);
    expect(stored).toContain(hashOf(value).toString('hex'));
    for (const form of [...formsOf(value), ...formsOf(INSTANCE_TOKEN)]) expect(stored).not.toContain(form);
  });

  it('write an audit entry when created and deleted, without hash and value', async () => {
    const { id, value } = await make({ name: 'Audited' });
    await admin.call('DELETE', `${tokens}/${id}`);
    const rows = await admin.dataSource.manager.find(AuditRecord, {
      where: { resourceId: id },
      order: { id: 'ASC' },
    });
    expect(rows).toMatchObject([
      { action: 'create', resourceType: 'token', workspaceId, before: null, after: { name: 'Audited' } },
      { action: 'delete', before: { name: 'Audited', role: 'workspace-viewer' }, after: null },
    ]);
    for (const shown of [rows[0]!.after!, rows[1]!.before!]) {
      expect(shown).not.toHaveProperty('hash');
      expect(shown).not.toHaveProperty('value');
    }
    expect(JSON.stringify(rows)).not.toContain(value);
  });

  it('show that they are expired or revoked, and do not work then', async () => {
    const past = new Date(Date.now() - 1_000);
    const ended = { expired: { expiresAt: past }, revoked: { revokedAt: past } };
    for (const [status, change] of Object.entries(ended)) {
      const { id, value } = await make();
      await admin.dataSource.manager.update(AdminToken, id, change);
      expect((await admin.call('GET', `${tokens}/${id}`)).body).toMatchObject({ status });
      expect((await me(value)).status).toBe(401);
    }
  });
});

describe('tokens of instance admins', () => {
  const makeInstance = async (body: object = {}) =>
    (await admin.call<Token>('POST', '/tokens', { name: 'Instance', ...body })).body;

  it('are created, listed and deleted by instance admins', async () => {
    const made = await admin.call<Token>('POST', '/tokens', { name: 'Operator', role: 'instance-admin' });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Operator', role: 'instance-admin', workspaceId: null, status: 'live', expiresAt: null },
    });
    const { id, value: token } = made.body;
    expect(made.headers.get('location')).toBe(`/admin/v1/tokens/${id}`);
    expect((await admin.call('GET', `/workspaces/${foreignId}`, undefined, { token })).status).toBe(200);
    const { id: ofWorkspace } = await make();
    const listed = (await admin.call<List>('GET', '/tokens', undefined, { token })).body.data;
    expect(listed.map((row) => row.id)).toContain(id);
    expect(listed.map((row) => row.id)).not.toContain(ofWorkspace);
    expect((await admin.call('GET', `/tokens/${id}`)).body).toMatchObject({ id });
    expect((await admin.call('DELETE', `/tokens/${id}`)).status).toBe(204);
    expect((await me(token)).status).toBe(401);
  });

  it('are hidden from every other caller', async () => {
    const { value: token } = await make({ role: 'workspace-admin' });
    const { id } = await makeInstance();
    for (const [method, path] of [
      ['GET', '/tokens'],
      ['GET', `/tokens/${id}`],
      ['POST', '/tokens'],
      ['DELETE', `/tokens/${id}`],
    ] as const)
      expect(
        await admin.call(method, path, method === 'POST' ? { name: 'x' } : undefined, { token }),
      ).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      });
  });

  it('have no other role', async () => {
    expect(await admin.call('POST', '/tokens', { name: 'x', role: 'workspace-admin' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/role' }] },
    });
  });

  it('include the last working one, which cannot be deleted', async () => {
    const { data } = (await admin.call<List>('GET', '/tokens')).body;
    const own = String((await me(INSTANCE_TOKEN)).body['id']);
    for (const { id } of data.filter((row) => row.id !== own))
      expect((await admin.call('DELETE', `/tokens/${id}`)).status).toBe(204);
    const past = new Date(Date.now() - 1_000);
    await admin.addToken('expired-instance', 'instance-admin', null, { expiresAt: past });
    await admin.addToken('revoked-instance', 'instance-admin', null, { revokedAt: past });
    expect(await admin.call('DELETE', `/tokens/${own}`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    const useless = (await admin.call<List>('GET', '/tokens')).body.data.filter(({ id }) => id !== own);
    expect(useless).toHaveLength(2);
    for (const { id } of useless) expect((await admin.call('DELETE', `/tokens/${id}`)).status).toBe(204);

    const { value: token } = await makeInstance({ expiresAt: LATER });
    expect((await admin.call('DELETE', `/tokens/${own}`, undefined, { token })).status).toBe(204);
    expect((await me(INSTANCE_TOKEN)).status).toBe(401);
    expect((await me(token)).status).toBe(200);
  });
});

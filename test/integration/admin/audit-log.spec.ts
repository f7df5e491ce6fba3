import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly actor: object;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly workspaceId: string | null;
  readonly before: { name?: string } | null;
  readonly after: { name?: string } | null;
}

interface Page {
  readonly data: Entry[];
  readonly pagination: { readonly next: string | null };
}

let admin: Admin;
/** Made, renamed twice, and deleted at the end. */
let gone: string;
/** Made and renamed by an admin of its own. */
let kept: string;

beforeAll(async () => {
  admin = await startAdmin();
  gone = await make('Gone');
  await rename(gone, 'Gone 2');
  kept = await make('Kept');
  await admin.addToken('kept-admin-token', 'workspace-admin', kept);
  await admin.addToken('kept-viewer-token', 'workspace-viewer', kept);
  await rename(kept, 'Kept 2', { token: 'kept-admin-token', headers: { 'user-agent': 'terraform/1.9' } });
  await rename(gone, 'Gone 3');
  await admin.call('DELETE', `/workspaces/${gone}`);
});

afterAll(() => admin.close());

async function make(name: string): Promise<string> {
  const { body } = await admin.call<{ id: string }>('POST', '/workspaces', { name });
  return body.id;
}

const rename = (id: string, name: string, options = {}) =>
  admin.call('PATCH', `/workspaces/${id}`, { name }, options);

async function entries(path: string, token?: string): Promise<Entry[]> {
  const { body, status } = await admin.call<Page>('GET', path, undefined, token ? { token } : {});
  expect(status).toBe(200);
  return body.data;
}

const actions = (list: readonly Entry[]) => list.map(({ action, after }) => [action, after?.name]);

describe('the audit log', () => {
  it('shows the caller, the action, the address, and the resource before and after', async () => {
    const [newest, ...older] = await entries(`/workspaces/${kept}/audit-log`, 'kept-admin-token');
    expect(newest).toEqual({
      id: expect.stringMatching(/^aud_/) as string,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      actor: {
        tokenId: expect.stringMatching(/^tok_/) as string,
        name: 'kept-admin-token',
        address: '127.0.0.1',
        userAgent: 'terraform/1.9',
      },
      action: 'update',
      resource: { type: 'workspace', id: kept },
      workspaceId: kept,
      before: expect.objectContaining({ name: 'Kept', version: 1 }) as object,
      after: expect.objectContaining({ name: 'Kept 2', version: 2 }) as object,
    });
    expect(actions(older)).toEqual([['create', 'Kept']]);
  });

  it('keeps the entries of a deleted workspace, for instance admins', async () => {
    expect((await admin.call('GET', `/workspaces/${gone}/audit-log`)).status).toBe(404);
    const list = await entries(`/audit-log?workspaceId=${gone}`);
    expect(actions(list)).toEqual([
      ['delete', undefined],
      ['update', 'Gone 3'],
      ['update', 'Gone 2'],
      ['create', 'Gone'],
    ]);
    expect(list[0]?.before?.name).toBe('Gone 3');
  });

  it('shows the whole instance to instance admins, in pages, the newest first', async () => {
    const seen: Entry[] = [];
    let next: string | null = '';
    while (next !== null) {
      const path: string = `/audit-log?limit=2${next && `&cursor=${next}`}`;
      const { body } = await admin.call<Page>('GET', path);
      seen.push(...body.data);
      next = body.pagination.next;
    }
    expect(seen).toHaveLength(await admin.dataSource.manager.count(AuditRecord));
    expect(new Set(seen.map(({ workspaceId }) => workspaceId))).toEqual(new Set([gone, kept]));
    const moments = seen.map(({ at }) => at);
    expect(moments).toEqual([...moments].sort().reverse());
  });

  it.each([
    ['resourceType=workspace&action=create', 2],
    ['resourceType=source', 0],
    ['action=delete', 1],
    ['action=update&resourceType=workspace', 3],
  ])('is filtered by %s', async (query, count) => {
    expect(await entries(`/audit-log?${query}`)).toHaveLength(count);
  });

  it('is filtered by resource and by token', async () => {
    expect(await entries(`/audit-log?resourceId=${kept}`)).toHaveLength(2);
    const all = await entries('/audit-log?action=update');
    const byAdmin = all.find(({ resource }) => resource.id === kept);
    const { tokenId } = byAdmin?.actor as { tokenId: string };
    expect(await entries(`/audit-log?tokenId=${tokenId}`)).toEqual([byAdmin]);
    expect(await entries(`/workspaces/${kept}/audit-log?resourceId=${gone}`)).toEqual([]);
  });

  it('is filtered by time: at or after one, and before another', async () => {
    const all = await entries('/audit-log');
    const middle = all[2] as Entry;
    const from = await entries(`/audit-log?from=${middle.at}`);
    const before = await entries(`/audit-log?to=${middle.at}`);
    expect(from).toContainEqual(middle);
    expect(before).not.toContainEqual(middle);
    expect(from.length + before.length).toBe(all.length);
    expect(await entries('/audit-log?from=2001-01-01&to=2001-02-01T00:00:00%2B01:00')).toEqual([]);
    expect(await entries('/audit-log?from=2001-01-01')).toHaveLength(all.length);
  });

  it.each(['yesterday', '2026-13-01', '2026-02-30', '2026-11-21T15:04:05', '7'])(
    'refuses %s as a date',
    async (from) => {
      expect(await admin.call('GET', `/audit-log?from=${from}`)).toMatchObject({
        status: 422,
        body: {
          errors: [
            {
              parameter: 'from',
              detail: 'from must be a date such as 2026-11-21 or 2026-11-21T15:04:05Z',
            },
          ],
        },
      });
    },
  );

  it('shows one entry, and none of another workspace', async () => {
    const [own] = await entries(`/audit-log?workspaceId=${kept}`);
    const [foreign] = await entries(`/audit-log?workspaceId=${gone}`);
    const token = 'kept-admin-token';
    const read = (path: string) => admin.call('GET', path, undefined, { token });
    expect(await read(`/workspaces/${kept}/audit-log/${own?.id}`)).toMatchObject({ status: 200, body: own });
    expect((await read(`/workspaces/${kept}/audit-log/${foreign?.id}`)).status).toBe(404);
    expect((await read(`/audit-log/${own?.id}`)).status).toBe(403);
    expect((await admin.call('GET', `/audit-log/${foreign?.id}`)).body).toEqual(foreign);
  });

  it('is not for viewers, because it names tokens and addresses', async () => {
    const token = 'kept-viewer-token';
    const answer = await admin.call('GET', `/workspaces/${kept}/audit-log`, undefined, { token });
    expect(answer.status).toBe(403);
  });

  it('has no entry for a request that was refused or changed nothing', async () => {
    const before = await entries('/audit-log');
    await rename(kept, 'Kept 2');
    await rename(kept, '');
    await admin.call('DELETE', `/workspaces/${kept}`, undefined, { headers: { 'if-match': '"77"' } });
    expect(await entries('/audit-log')).toEqual(before);
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Admin, startAdmin } from '../../support/admin-app.js';

/** The default of `APPLY_MAX_ENTRIES`. */
const ENTRIES = 5_000;
/** A statement may have a few hundred rows. One statement per entry would be fifty times as many. */
const MOST_STATEMENTS = 150;
const NOT_AN_OBJECT = 'each value in nested property connections must be either object or array';

interface Applied {
  readonly changes: { readonly action: string; readonly resource: { readonly type: string } }[];
}

let admin: Admin;
let workspaceId: string;

beforeAll(async () => {
  admin = await startAdmin({ QUOTAS: `sources=${ENTRIES},destinations=${ENTRIES}` });
  workspaceId = (await admin.call<{ id: string }>('POST', '/workspaces', { name: 'Large' })).body.id;
});

afterAll(() => admin.close());

/** A quarter each of sources, write keys, destinations and connections. */
function documentOf(enabled: boolean, count = ENTRIES / 4) {
  const names = Array.from({ length: count }, (_, index) => `Number ${index}`);
  return {
    version: 1,
    sources: names.map((name) => ({
      ...{ name, enabled },
      writeKeys: [{ name: 'Site', value: `key-of-${name.replace(' ', '-')}`, rateLimit: enabled ? 10 : 20 }],
    })),
    destinations: names.map((name) => ({ name, enabled, type: 'console', settings: {} })),
    connections: names.map((name) => ({
      ...{ source: name, destination: name },
      filter: enabled ? null : { types: ['track'] },
    })),
  };
}

/** Applies a document; resolves to the number of each change, and to the number of statements. */
async function apply(document: object, query = '') {
  const logged = vi.spyOn(admin.dataSource.logger, 'logQuery');
  try {
    const answer = await admin.call<Applied>('PUT', `/workspaces/${workspaceId}/apply${query}`, document);
    expect(answer.status).toBe(200);
    return { counts: countsOf(answer.body), statements: logged.mock.calls.length };
  } finally {
    logged.mockRestore();
  }
}

function countsOf({ changes }: Applied): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { action, resource } of changes) {
    const change = `${action} ${resource.type}`;
    counts[change] = (counts[change] ?? 0) + 1;
  }
  return counts;
}

const each = (action: string) =>
  Object.fromEntries(
    ['source', 'write_key', 'destination', 'connection'].map((type) => [`${action} ${type}`, ENTRIES / 4]),
  );

describe('a document of as many entries as the default allows', () => {
  it.each([
    ['rehearsed', documentOf(true), '?dryRun=true', each('create')],
    ['created', documentOf(true), '', each('create')],
    ['applied a second time', documentOf(true), '', {}],
    ['changed', documentOf(false), '', each('update')],
    ['deleted', documentOf(false, 0), '', each('delete')],
  ])('is %s with few statements', async (_, document, query, counts) => {
    const applied = await apply(document, query);
    expect(applied.counts).toEqual(counts);
    expect(applied.statements).toBeLessThan(MOST_STATEMENTS);
  });
});

describe('a large document', () => {
  it('is refused with each fault at its place in the whole list', async () => {
    const document = documentOf(true, 200);
    const sources = document.sources.map((source, index) =>
      index === 170 ? { ...source, colour: 'red' } : source,
    );
    const connections = document.connections.map((connection, index) =>
      index === 3 || index === 199 ? 'a text' : connection,
    );
    const answer = await admin.call('PUT', `/workspaces/${workspaceId}/apply`, {
      ...document,
      ...{ version: 2, sources, connections },
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(answer.body['errors']).toEqual([
      { pointer: '/version', detail: 'version must be equal to 1' },
      { pointer: '/sources/170/colour', detail: 'There is no field colour here' },
      { pointer: '/connections', detail: 'each value in connections must be an object' },
      { pointer: '/connections/3', detail: NOT_AN_OBJECT },
      { pointer: '/connections/199', detail: NOT_AN_OBJECT },
    ]);
  });
});

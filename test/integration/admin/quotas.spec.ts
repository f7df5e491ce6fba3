import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_QUOTAS } from '../../../src/config/quotas.js';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { SourceRow } from '../../../src/database/entities/source.entity.js';
import { newId, randomText } from '../../../src/database/new-id.js';
import { type Admin, type CallOptions, startAdmin } from '../../support/admin-app.js';

interface Made {
  readonly id: string;
}

interface Quota {
  readonly limit: number;
  readonly isDefault: boolean;
  readonly used: number | null;
  readonly isLowerBound: boolean;
}

interface Quotas {
  readonly workspaceId: string;
  readonly quotas: Readonly<Record<string, Quota>>;
  readonly updatedAt: string | null;
  readonly version: number;
}

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly quotas: readonly { name: string; limit: number; used: number; needed: number }[];
}

describe.each([
  { of: 'a Postgres server', environment: {} },
  { of: 'the embedded Postgres', environment: { DATABASE_URL: '' } },
])('quotas with $of', ({ environment }) => {
  let admin: Admin;
  let own: string;
  let foreign: string;

  beforeAll(async () => {
    admin = await startAdmin({ ...environment, APPLY_MAX_ENTRIES: '50' });
  });
  afterAll(() => admin.close());
  beforeEach(async () => {
    own = await created('/workspaces', { name: randomText(12) });
    foreign = await created('/workspaces', { name: randomText(12) });
  });

  async function created(path: string, body: object): Promise<string> {
    const answer = await admin.call<Made>('POST', path, body);
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
    return answer.body.id;
  }
  const post = (below: string, body: object, of = own) =>
    admin.call<Problem>('POST', `/workspaces/${of}${below}`, body);
  const make = (below: string, body: object, of = own) => created(`/workspaces/${of}${below}`, body);
  const aSource = (name = randomText(8), of = own) => make('/sources', { name }, of);
  const aDestination = (of = own) =>
    make('/destinations', { type: 'console', name: randomText(8), settings: {} }, of);
  const quotas = (of = own, options: CallOptions = {}) =>
    admin.call<Quotas>('GET', `/workspaces/${of}/quotas`, undefined, options);
  const set = (values: object, of = own, options: CallOptions = {}) =>
    admin.call<Quotas>('PATCH', `/workspaces/${of}/quotas`, values, options);
  const quota = async (name: string, of = own) => (await quotas(of)).body.quotas[name];
  const apply = (document: object, query = '') =>
    admin.call<Problem>('PUT', `/workspaces/${own}/apply${query}`, { version: 1, ...document });
  const exceeded = (name: string, limit: number, used: number, needed = used + 1) => ({
    status: 409,
    body: {
      code: 'quota_exceeded',
      detail: `The quota ${name} of the workspace is ${limit}: it has ${used} and would have ${needed}. Delete some, or ask an instance admin for a higher quota`,
      quotas: [{ name, limit, used, needed }],
    },
  });

  describe('the quotas of a workspace', () => {
    it('are the defaults with the present use, for viewers too', async () => {
      const source = await aSource();
      await make(`/sources/${source}/write-keys`, { name: 'One' });
      const revoked = await make(`/sources/${source}/write-keys`, { name: 'Two' });
      await admin.call('POST', `/workspaces/${own}/sources/${source}/write-keys/${revoked}/revoke`);
      await make('/connections', { sourceId: source, destinationId: await aDestination() });
      const token = await admin.addToken(randomText(20), 'workspace-viewer', own);
      const answer = await quotas(own, { token });
      expect(answer).toMatchObject({ status: 200, body: { workspaceId: own, updatedAt: null, version: 1 } });
      expect(answer.headers.get('etag')).toBe('"1"');
      const used = { sources: 1, writeKeys: 2, tokens: 1, destinations: 1, connections: 1 };
      const kept = { waitingDeliveries: 0, deadLetters: 0, auditEntries: 7 };
      const limits = { ...DEFAULT_QUOTAS, applyEntries: 50 };
      expect(answer.body.quotas).toEqual(
        Object.fromEntries(
          Object.entries(limits).map(([name, limit]) => {
            const counted = { ...used, ...kept, applyEntries: null }[name];
            return [name, { limit, isDefault: true, used: counted, isLowerBound: false }];
          }),
        ),
      );
    });

    it('are set one by one and taken back by null, with one audit entry per change', async () => {
      const first = await set({ sources: 20, tokens: 5 });
      expect(first).toMatchObject({
        status: 200,
        body: {
          version: 2,
          quotas: { sources: { limit: 20, isDefault: false }, tokens: { limit: 5, isDefault: false } },
        },
      });
      expect(first.body.updatedAt).not.toBeNull();
      await set({ sources: 20 });
      const second = await set({ sources: null, connections: 0 });
      // The answer is part of the change, whose own audit entry is written last.
      const { auditEntries, ...others } = (await quotas()).body.quotas;
      expect(second.body.quotas).toMatchObject(others);
      expect(auditEntries?.used).toBe(3);
      expect(second.body).toMatchObject({
        version: 3,
        quotas: {
          sources: { limit: 1_000, isDefault: true },
          tokens: { limit: 5, isDefault: false },
          connections: { limit: 0, isDefault: false },
        },
      });
      const rows = await admin.dataSource.manager.find(AuditRecord, {
        where: { resourceId: own, resourceType: 'quotas' },
        order: { id: 'ASC' },
      });
      expect(rows).toMatchObject([
        {
          action: 'update',
          workspaceId: own,
          before: { sources: null, tokens: null, version: 1 },
          after: { sources: 20, tokens: 5, connections: null, version: 2 },
        },
        { before: { sources: 20 }, after: { sources: null, connections: 0, version: 3 } },
      ]);
      expect((await quotas(foreign)).body).toMatchObject({ version: 1, updatedAt: null });
    });

    it('are not set by an admin of the workspace', async () => {
      const token = await admin.addToken(randomText(20), 'workspace-admin', own);
      expect(await set({ sources: 9 }, own, { token })).toMatchObject({
        status: 403,
        body: {
          code: 'forbidden',
          detail: 'This needs a token with the role instance-admin; yours has workspace-admin',
        },
      });
      expect(await set({ sources: 9 }, foreign, { token })).toMatchObject({ status: 404 });
      expect(await quota('sources')).toMatchObject({ limit: 1_000 });
    });

    it('are not overwritten by a caller who read an older version', async () => {
      const headers = { 'if-match': '"1"' };
      expect((await set({ sources: 5 }, own, { headers })).status).toBe(200);
      expect(await set({ sources: 6 }, own, { headers })).toMatchObject({
        status: 412,
        body: { code: 'precondition_failed' },
      });
    });

    it.each([
      [{ sources: -1 }, '/sources'],
      [{ sources: 1.5 }, '/sources'],
      [{ sources: '5' }, '/sources'],
      [{ deadLetters: 1_000_000_001 }, '/deadLetters'],
      [{ auditEntries: 999 }, '/auditEntries'],
      [{ sauces: 5 }, '/sauces'],
      [{ applyEntries: 51 }, '/applyEntries'],
    ])('refuse %o', async (values, pointer) => {
      expect(await set(values)).toMatchObject({
        status: 422,
        body: { code: 'invalid_request', errors: [{ pointer }] },
      });
      expect((await quotas()).body.version).toBe(1);
    });

    it('end with their workspace, and are not part of its document', async () => {
      await set({ sources: 20 });
      const { body } = await admin.call('GET', `/workspaces/${own}/export`);
      expect(JSON.stringify(body)).not.toMatch(/quota/i);
      expect((await admin.call('DELETE', `/workspaces/${own}`)).status).toBe(204);
      const left = 'SELECT 1 FROM workspace_quotas WHERE id = $1';
      expect(await admin.dataSource.query(left, [own])).toEqual([]);
    });
  });

  describe('a quota that is reached', () => {
    it('keeps out sources, in this workspace only, until one is deleted or the quota is raised', async () => {
      await set({ sources: 2 });
      const [first] = [await aSource(), await aSource()];
      expect(await post('/sources', { name: 'Third' })).toMatchObject(exceeded('sources', 2, 2));
      await aSource('Third', foreign);
      const rename = { name: 'Renamed' };
      expect((await admin.call('PATCH', `/workspaces/${own}/sources/${first}`, rename)).status).toBe(200);
      await admin.call('DELETE', `/workspaces/${own}/sources/${first}`);
      await aSource('Third');
      await set({ sources: 3 });
      await aSource('Fourth');
      await set({ sources: 1 });
      expect(await quota('sources')).toEqual({
        limit: 1,
        isDefault: false,
        used: 3,
        isLowerBound: false,
      });
      expect(await post('/sources', { name: 'Fifth' })).toMatchObject(exceeded('sources', 1, 3));
      await set({ sources: null });
      await aSource('Fifth');
    });

    it('keeps out write keys of every source, made or rotated', async () => {
      await set({ writeKeys: 2 });
      const [one, two] = [await aSource(), await aSource()];
      const key = await make(`/sources/${one}/write-keys`, { name: 'Key' });
      await make(`/sources/${two}/write-keys`, { name: 'Key' });
      const refused = exceeded('writeKeys', 2, 2);
      expect(await post(`/sources/${one}/write-keys`, { name: 'Third' })).toMatchObject(refused);
      expect(await post(`/sources/${one}/write-keys/${key}/rotate`, {})).toMatchObject(refused);
      const { body } = await admin.call('GET', `/workspaces/${own}/sources/${one}/write-keys/${key}`);
      expect(body).toMatchObject({ name: 'Key', version: 1, expiresAt: null });
    });

    it('keeps out tokens, and not those of the instance', async () => {
      await set({ tokens: 1 });
      await make('/tokens', { name: 'One', role: 'workspace-viewer' });
      const second = { name: 'Two', role: 'workspace-admin' };
      expect(await post('/tokens', second)).toMatchObject(exceeded('tokens', 1, 1));
      await created('/tokens', { name: 'Instance' });
    });

    it('keeps out destinations and connections', async () => {
      await set({ destinations: 2, connections: 1 });
      const sourceId = await aSource();
      const [one, two] = [await aDestination(), await aDestination()];
      const third = { type: 'console', name: 'Third', settings: {} };
      expect(await post('/destinations', third)).toMatchObject(exceeded('destinations', 2, 2));
      await make('/connections', { sourceId, destinationId: one });
      expect(await post('/connections', { sourceId, destinationId: two })).toMatchObject(
        exceeded('connections', 1, 1),
      );
    });

    it('lets exactly one of twenty in that are made at once', async () => {
      await set({ sources: 3 });
      await aSource();
      await aSource();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => post('/sources', { name: `At once ${index}` })),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
      expect(await quota('sources')).toMatchObject({ used: 3 });
    });

    it('answers a repeated request with its first answer, and leaves no trace of a refused one', async () => {
      await set({ sources: 1 });
      const headers = { 'idempotency-key': randomText(8) };
      const repeated = () =>
        admin.call<Made>('POST', `/workspaces/${own}/sources`, { name: 'Once' }, { headers });
      const first = await repeated();
      expect(await repeated()).toMatchObject({ status: 201, body: { id: first.body.id } });
      const before = await admin.dataSource.manager.countBy(AuditRecord, { workspaceId: own });
      expect((await post('/sources', { name: 'Refused' })).status).toBe(409);
      expect(await admin.dataSource.manager.countBy(AuditRecord, { workspaceId: own })).toBe(before);
    });
  });

  describe('a document', () => {
    const named = (...names: string[]) => names.map((name) => ({ name }));

    it.each(['', '?dryRun=true'])('is judged by its result%s', async (query) => {
      await set({ sources: 3 });
      for (const name of ['A', 'B', 'C']) await aSource(name);
      const more = { sources: named('A', 'B', 'C', 'D', 'E') };
      expect(await apply(more, query)).toMatchObject(exceeded('sources', 3, 3, 5));
      expect((await apply({ sources: named('C', 'D', 'E') }, query)).status).toBe(200);
      await set({ sources: 1 });
      expect((await apply({ sources: named('F', 'G', 'H') }, query)).status).toBe(200);
      expect((await apply({ sources: named('A', 'B', 'C', 'F') }, query)).status).toBe(409);
    });

    it('counts write keys that go with their sources, revoked ones too', async () => {
      await set({ writeKeys: 2 });
      const source = await aSource('A');
      const keys = `/sources/${source}/write-keys`;
      await make(keys, { name: 'Live' });
      const revoked = await make(keys, { name: 'Revoked' });
      await post(`${keys}/${revoked}/revoke`, {});
      const withKeys = (name: string, count: number) => ({
        sources: [
          {
            name,
            writeKeys: Array.from({ length: count }, (_, index) => ({
              name: `${index}`,
              value: randomText(12),
            })),
          },
        ],
      });
      expect(await apply(withKeys('B', 3))).toMatchObject(exceeded('writeKeys', 2, 2, 3));
      expect((await apply(withKeys('B', 2))).status).toBe(200);
      expect(await quota('writeKeys')).toMatchObject({ used: 2 });
    });

    it('names every quota that it exceeds', async () => {
      await set({ sources: 0, destinations: 0 });
      const destinations = [{ name: 'Print', type: 'console', settings: {} }];
      const refused = await apply({ sources: named('A'), destinations });
      expect(refused).toMatchObject({ status: 409, body: { code: 'quota_exceeded' } });
      expect(refused.body.quotas.map(({ name }) => name)).toEqual(['sources', 'destinations']);
      expect(await quota('sources')).toMatchObject({ used: 0 });
    });

    it('may have, and may delete, as many entries as the quota of an apply', async () => {
      await set({ applyEntries: 2 });
      for (const name of ['A', 'B', 'C']) await aSource(name);
      const limit = /at most 2 are allowed \(the quota applyEntries of the workspace\)/;
      for (const query of ['', '?dryRun=true']) {
        const long = await apply({ sources: named('A', 'B', 'C') }, query);
        expect(long).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
        expect(long.body.detail).toMatch(limit);
        expect((await apply({ sources: [] }, query)).body.detail).toMatch(limit);
      }
      await set({ applyEntries: null });
      expect((await apply({ sources: [] })).status).toBe(200);
    });
  });

  it('a workspace that had more than the default keeps it, and gets no more', async () => {
    const rows = Array.from({ length: 1_001 }, (_, index) => ({
      id: newId('src'),
      workspaceId: own,
      name: `Old ${index}`,
    }));
    await admin.dataSource.manager.insert(SourceRow, rows);
    const [{ id } = { id: '' }] = rows;
    expect(await quota('sources')).toMatchObject({ limit: 1_000, used: 1_001 });
    expect((await admin.call('PATCH', `/workspaces/${own}/sources/${id}`, { enabled: false })).status).toBe(
      200,
    );
    await make(`/sources/${id}/write-keys`, { name: 'New' });
    expect(await post('/sources', { name: 'New' })).toMatchObject(exceeded('sources', 1_000, 1_001));
  });
});

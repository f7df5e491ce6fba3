import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditRetention } from '../../../src/admin/audit-log/audit-retention.js';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { newId, randomText } from '../../../src/database/new-id.js';
import { auditEntriesDeleted } from '../../../src/metrics/counters.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';

let admin: Admin;
let own: string;
let foreign: string;

beforeAll(async () => {
  admin = await startAdmin({ QUOTAS: 'auditEntries=1500' });
});
afterAll(() => admin.close());
beforeEach(async () => {
  own = await makeWorkspace();
  foreign = await makeWorkspace();
});

const makeWorkspace = async () =>
  (await admin.call<{ id: string }>('POST', '/workspaces', { name: randomText(12) })).body.id;
const clean = () => admin.app.get(AuditRetention, { strict: false }).clean();
const deletedSoFar = async () => (await auditEntriesDeleted.get()).values[0]?.value ?? 0;

/** Adds entries of a workspace, or of the instance, that are older than those of its real changes; named by their order. */
async function addOld(count: number, workspaceId: string | null): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    ...{ id: newId('aud', 1_700_000_000_000 + index), workspaceId, resourceId: `old-${index}` },
    ...{ tokenId: 'tok_0', tokenName: 'Old', action: 'update', resourceType: 'source' },
  }));
  for (let first = 0; first < count; first += 1_000)
    await admin.dataSource.manager.insert(AuditRecord, rows.slice(first, first + 1_000));
}

async function entriesOf(workspaceId: string): Promise<string[]> {
  const rows = await admin.dataSource.manager.find(AuditRecord, {
    where: { workspaceId },
    order: { id: 'ASC' },
  });
  return rows.map(({ resourceId }) => resourceId);
}

describe('the retention of the audit log', () => {
  it('deletes the oldest entries beyond the quota of the workspace, and counts them', async () => {
    await addOld(3_000, own);
    await addOld(1_499, foreign);
    await addOld(2_000, null);
    const before = await deletedSoFar();
    await clean();
    const left = await entriesOf(own);
    expect(left).toHaveLength(1_500);
    expect(left.slice(0, 2)).toEqual(['old-1501', 'old-1502']);
    expect(left.at(-1)).toBe(own);
    expect(await entriesOf(foreign)).toHaveLength(1_500);
    expect(await deletedSoFar()).toBe(before + 1_501);
    const ofInstance = `SELECT count(*)::int FROM audit_log WHERE workspace_id IS NULL AND resource_id LIKE 'old-%'`;
    expect(await admin.dataSource.query(ofInstance)).toEqual([{ count: 2_000 }]);
    await clean();
    expect(await deletedSoFar()).toBe(before + 1_501);
  });

  it('follows the own quota of a workspace, whose changes it keeps', async () => {
    await addOld(1_200, own);
    await addOld(1_200, foreign);
    const quotas = `/workspaces/${own}/quotas`;
    expect((await admin.call('PATCH', quotas, { auditEntries: 1_100 })).status).toBe(200);
    await clean();
    expect(await entriesOf(own)).toHaveLength(1_100);
    await addOld(1_200, own);
    await admin.dataSource.query(
      `UPDATE audit_log SET id = 'aud_' || repeat('0', 22) WHERE workspace_id = $1 AND resource_type = 'quotas'`,
      [own],
    );
    await clean();
    const left = await entriesOf(own);
    // The entry of the quota is the oldest now, and stays beside as many as the quota allows.
    expect(left).toHaveLength(1_101);
    expect(left[0]).toBe(own);
    expect(await entriesOf(foreign)).toHaveLength(1_201);
  });

  it('never keeps a change from being made', async () => {
    await addOld(1_600, own);
    const made = await admin.call('POST', `/workspaces/${own}/sources`, { name: 'New' });
    expect(made.status).toBe(201);
    await clean();
    const left = await entriesOf(own);
    expect(left).toHaveLength(1_500);
    expect(left.at(-1)).toBe(made.body['id']);
  });
});

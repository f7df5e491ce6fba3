import { type EntityManager } from 'typeorm';
import { MAX_QUOTA, type RowQuota } from '../../config/quotas.js';
import { type AuditRecord } from '../../database/entities/audit-record.entity.js';
import { Problem, type ExceededQuota } from '../problems/problem.js';
import { limitsOf, type QuotaConfig, type QuotaLimits, storedQuotas } from './quota-limits.js';
import { useOf } from './quota-use.js';

/** Quotas of what administrators create, by the kind of resource in the audit log. */
const BY_TYPE: ReadonlyMap<string, RowQuota> = new Map([
  ['source', 'sources'],
  ['write_key', 'writeKeys'],
  ['token', 'tokens'],
  ['destination', 'destinations'],
  ['connection', 'connections'],
]);

/** Rows that the actions of the audit log add. */
const ROWS_OF: Readonly<Record<string, number>> = { create: 1, delete: -1 };

type Step = Pick<AuditRecord, 'action' | 'resourceType'>;

/** By how many rows a workspace grows, for each kind. */
export type Growth = ReadonlyMap<RowQuota, number>;

/** How far a change has made its workspace grow: what it created, less what it deleted. */
export function growthOf(steps: readonly Step[]): Growth {
  const growth = new Map<RowQuota, number>();
  for (const { action, resourceType } of steps) {
    const quota = BY_TYPE.get(resourceType);
    const rows = ROWS_OF[action] ?? 0;
    if (quota !== undefined) growth.set(quota, (growth.get(quota) ?? 0) + rows);
  }
  return growth;
}

/** Quotas that are exceeded by growth from a use. A use beyond the quota is no reason by itself. */
export function exceededBy(
  growth: Growth,
  use: Readonly<Partial<Record<RowQuota, number>>>,
  limits: Pick<QuotaLimits, RowQuota>,
): ExceededQuota[] {
  return [...growth].flatMap(([name, rows]) => {
    const used = use[name] ?? 0;
    const needed = used + rows;
    return rows > 0 && needed > limits[name] ? [{ name, limit: limits[name], used, needed }] : [];
  });
}

/** The workspace that grows, in the transaction of the change. */
export interface GrowingWorkspace {
  readonly manager: EntityManager;
  readonly config: QuotaConfig;
  readonly workspaceId: string;
}

/**
 * Throws `quota_exceeded` when a change that is written has made its workspace larger than it may be. To be called as the last
 * step, while the change holds the lock of the workspace: then no other change can create anything in between, and what the
 * change itself deletes makes room.
 */
export async function refuseGrowth(workspace: GrowingWorkspace, growth: Growth): Promise<void> {
  await refuse(workspace, growth, true);
}

/** The same before anything is written, so that a large document is refused without the time that writing it takes. */
export async function refusePlannedGrowth(workspace: GrowingWorkspace, growth: Growth): Promise<void> {
  await refuse(workspace, growth, false);
}

async function refuse(
  { manager, config, workspaceId }: GrowingWorkspace,
  growth: Growth,
  isWritten: boolean,
): Promise<void> {
  const growing = [...growth].filter(([, rows]) => rows > 0);
  if (growing.length === 0) return;
  const names = growing.map(([name]) => name);
  const limits = limitsOf(config, await storedQuotas(manager, workspaceId));
  const counted = await useOf(manager, workspaceId, names, MAX_QUOTA);
  const used = growing.map(([name, rows]): [RowQuota, number] => [
    name,
    counted[name] - (isWritten ? rows : 0),
  ]);
  const exceeded = exceededBy(growth, Object.fromEntries(used), limits);
  if (exceeded.length > 0) throw quotaExceeded(exceeded);
}

function quotaExceeded(exceeded: readonly ExceededQuota[]): Problem {
  const sentences = exceeded.map(
    ({ name, limit, used, needed }) =>
      `The quota ${name} of the workspace is ${limit}: it has ${used} and would have ${needed}`,
  );
  const advice = 'Delete some, or ask an instance admin for a higher quota';
  return new Problem('quota_exceeded', `${sentences.join('. ')}. ${advice}`, { quotas: exceeded });
}

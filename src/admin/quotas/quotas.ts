import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Config } from '../../config/config.js';
import { ROW_QUOTAS } from '../../config/quotas.js';
import { type QuotaName, WorkspaceQuotas } from '../../database/entities/workspace.entity.js';
import { type Change, type Kind } from '../changes/change.js';
import { invalid } from '../problems/problem.js';
import { limitsOf, QUOTA_NAMES, storedQuotas } from '../quota-rules/quota-limits.js';
import { useOf } from '../quota-rules/quota-use.js';
import { type QuotaDto, type QuotasDto, type QuotaSetDto, type UpdateQuotasDto } from './quotas.dto.js';

/** Counting stops here, so that reading the quotas takes a few ms beside millions of rows. */
const MOST_COUNTED = 100_000;

/** The quotas that were set, as the audit log shows them; null for the default. */
type SetQuotas = Readonly<Record<QuotaName, number | null>> & { readonly version: number };

const QUOTAS: Kind<WorkspaceQuotas, SetQuotas> = {
  type: 'quotas',
  entity: WorkspaceQuotas,
  view: (row) => {
    const set = QUOTA_NAMES.map((name): [QuotaName, number | null] => [name, row[name]]);
    return { ...(Object.fromEntries(set) as Record<QuotaName, number | null>), version: row.version };
  },
};

const INSERT_IF_MISSING = 'INSERT INTO workspace_quotas (id) VALUES ($1) ON CONFLICT DO NOTHING';

/** Reads and sets the quotas of a workspace. */
@Injectable()
export class Quotas {
  constructor(private readonly config: Config) {}

  async read(manager: EntityManager, workspaceId: string): Promise<QuotasDto> {
    const own = await storedQuotas(manager, workspaceId);
    const limits = limitsOf(this.config, own);
    const use: Partial<Record<QuotaName, number>> = await useOf(
      manager,
      workspaceId,
      ROW_QUOTAS,
      MOST_COUNTED,
    );
    const quotas = QUOTA_NAMES.map((name): [QuotaName, QuotaDto] => {
      const used = use[name] ?? null;
      const isDefault = (own?.[name] ?? null) === null;
      return [name, { limit: limits[name], isDefault, used, isLowerBound: used === MOST_COUNTED }];
    });
    return {
      workspaceId,
      quotas: Object.fromEntries(quotas) as unknown as QuotaSetDto,
      updatedAt: own?.updatedAt ?? null,
      version: own?.version ?? 1,
    };
  }

  /** Sets quotas, also beneath what the workspace has: then it keeps what it has and gets nothing new. */
  async update(change: Change, workspaceId: string, values: UpdateQuotasDto): Promise<QuotasDto> {
    const { applyEntries } = values;
    const { APPLY_MAX_ENTRIES: most } = this.config;
    if (typeof applyEntries === 'number' && applyEntries > most)
      throw invalid('/applyEntries', `applyEntries must not be greater than ${most} (APPLY_MAX_ENTRIES)`);
    await change.manager.query(INSERT_IF_MISSING, [workspaceId]);
    const row = await change.manager.findOneByOrFail(WorkspaceQuotas, { id: workspaceId });
    change.expect(row);
    await change.update(QUOTAS, workspaceId, row, values);
    return this.read(change.manager, workspaceId);
  }
}

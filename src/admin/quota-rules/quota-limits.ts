import { type EntityManager } from 'typeorm';
import { type Config } from '../../config/config.js';
import { ROW_QUOTAS } from '../../config/quotas.js';
import { type QuotaName, WorkspaceQuotas } from '../../database/entities/workspace.entity.js';

export const QUOTA_NAMES: readonly QuotaName[] = [...ROW_QUOTAS, 'applyEntries'];

/** A number for each quota. */
export type QuotaLimits = Readonly<Record<QuotaName, number>>;

/** The settings that quotas come from. */
export type QuotaConfig = Pick<Config, 'QUOTAS' | 'APPLY_MAX_ENTRIES'>;

/** The quotas that an instance admin has set for a workspace; null when there are none. */
export const storedQuotas = (manager: EntityManager, workspaceId: string): Promise<WorkspaceQuotas | null> =>
  manager.findOneBy(WorkspaceQuotas, { id: workspaceId });

/** The quotas of a workspace without its own. */
export const defaultLimits = ({ QUOTAS, APPLY_MAX_ENTRIES }: QuotaConfig): QuotaLimits => ({
  ...QUOTAS,
  applyEntries: APPLY_MAX_ENTRIES,
});

/** The quotas in force. That of an apply is never above the bound of the instance, which may be lower than when it was set. */
export function limitsOf(config: QuotaConfig, own: WorkspaceQuotas | null): QuotaLimits {
  const defaults = defaultLimits(config);
  const limits = QUOTA_NAMES.map((name): [QuotaName, number] => [name, own?.[name] ?? defaults[name]]);
  const inForce = Object.fromEntries(limits) as Record<QuotaName, number>;
  return { ...inForce, applyEntries: Math.min(inForce.applyEntries, config.APPLY_MAX_ENTRIES) };
}

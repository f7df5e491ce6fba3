import { Column, Entity } from 'typeorm';
import { type RowQuota } from '../../config/quotas.js';
import { Resource } from './resource.js';

/** A tenant: owns sources and destinations. */
@Entity('workspaces')
export class Workspace extends Resource {
  @Column({ type: 'text' })
  name!: string;

  /** Most calls per second of all its write keys together; null for no limit. */
  @Column({ name: 'rate_limit', type: 'int', nullable: true })
  rateLimit!: number | null;
}

/** Name of a quota of a workspace. */
export type QuotaName = RowQuota | 'applyEntries';

/**
 * Quotas that an instance admin has set for a workspace, whose id is the row's id. Null stands for the default. A workspace
 * without a row has defaults only.
 */
@Entity('workspace_quotas')
export class WorkspaceQuotas extends Resource implements Record<QuotaName, number | null> {
  @Column({ type: 'int', nullable: true })
  sources!: number | null;

  @Column({ name: 'write_keys', type: 'int', nullable: true })
  writeKeys!: number | null;

  @Column({ type: 'int', nullable: true })
  tokens!: number | null;

  @Column({ type: 'int', nullable: true })
  destinations!: number | null;

  @Column({ type: 'int', nullable: true })
  connections!: number | null;

  @Column({ name: 'waiting_deliveries', type: 'int', nullable: true })
  waitingDeliveries!: number | null;

  @Column({ name: 'dead_letters', type: 'int', nullable: true })
  deadLetters!: number | null;

  @Column({ name: 'audit_entries', type: 'int', nullable: true })
  auditEntries!: number | null;

  /** Most entries of one apply, and most that it may delete. */
  @Column({ name: 'apply_entries', type: 'int', nullable: true })
  applyEntries!: number | null;
}

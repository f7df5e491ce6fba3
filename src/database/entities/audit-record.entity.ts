import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/**
 * One change by an administrator. Written in the transaction of the change and never updated. Deleted only as the oldest of a
 * workspace that has more than its quota.
 */
@Entity('audit_log')
export class AuditRecord {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  at!: Date;

  /** Null for changes that concern the whole instance. */
  @Column({ name: 'workspace_id', type: 'text', nullable: true })
  workspaceId!: string | null;

  @Column({ name: 'token_id', type: 'text' })
  tokenId!: string;

  @Column({ name: 'token_name', type: 'text' })
  tokenName!: string;

  /** IP address of the caller. */
  @Column({ type: 'text', nullable: true })
  address!: string | null;

  @Column({ name: 'user_agent', type: 'text', nullable: true })
  userAgent!: string | null;

  @Column({ type: 'text' })
  action!: string;

  @Column({ name: 'resource_type', type: 'text' })
  resourceType!: string;

  @Column({ name: 'resource_id', type: 'text' })
  resourceId!: string;

  /** The resource before the change, in the form of the API and without secrets; null when it was created. */
  @Column({ type: 'jsonb', nullable: true })
  before!: object | null;

  /** The resource after the change, in the same form; null when it was deleted. */
  @Column({ type: 'jsonb', nullable: true })
  after!: object | null;
}

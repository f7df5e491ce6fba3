import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** One change that an administrator made; written in the transaction of the change, never changed, and kept. */
@Entity('audit_log')
export class AuditRecord {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  at!: Date;

  /** Null for what concerns the whole instance. */
  @Column({ name: 'workspace_id', type: 'text', nullable: true })
  workspaceId!: string | null;

  @Column({ name: 'token_id', type: 'text' })
  tokenId!: string;

  @Column({ name: 'token_name', type: 'text' })
  tokenName!: string;

  /** Address of the caller. */
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

  /** The resource as the API showed it before the change, without secrets; null when it was made. */
  @Column({ type: 'jsonb', nullable: true })
  before!: object | null;

  /** As the API shows it now; null when it is gone. */
  @Column({ type: 'jsonb', nullable: true })
  after!: object | null;
}

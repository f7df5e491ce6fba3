import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

export const ADMIN_ROLES = ['instance-admin', 'workspace-admin', 'workspace-viewer'] as const;
export type AdminRole = (typeof ADMIN_ROLES)[number];

/** Bearer token for the admin API. The token itself is shown once and not stored. */
@Entity('admin_tokens')
export class AdminToken {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  role!: AdminRole;

  /** Null for instance admins and for no other role. */
  @Column({ name: 'workspace_id', type: 'text', nullable: true })
  workspaceId!: string | null;

  /** SHA-256 of the token, 32 bytes. */
  @Column({ type: 'bytea' })
  hash!: Buffer;

  /** First characters of the token, by which people recognise it. */
  @Column({ type: 'text' })
  prefix!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}

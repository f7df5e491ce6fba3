import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** Public identifier with which a source sends; the key itself is shown once and not stored. */
@Entity('write_keys')
export class WriteKey {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'source_id', type: 'text' })
  sourceId!: string;

  @Column({ type: 'text' })
  name!: string;

  /** SHA-256 of the key, 32 bytes. */
  @Column({ type: 'bytea' })
  hash!: Buffer;

  /** First characters of the key, for people. */
  @Column({ type: 'text' })
  prefix!: string;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Resource } from './resource.js';

/** Public identifier with which a source sends. The key itself is shown once and not stored. */
@Entity('write_keys')
export class WriteKey extends Resource {
  @Column({ name: 'source_id', type: 'text' })
  sourceId!: string;

  @Column({ type: 'text' })
  name!: string;

  /** SHA-256 of the key, 32 bytes. */
  @Column({ type: 'bytea' })
  hash!: Buffer;

  /** First characters of the key, by which people tell keys apart. */
  @Column({ type: 'text' })
  prefix!: string;

  // The key's policy: what a field means, and its stored form, is the business of `auth/`.
  @Column({ type: 'text', array: true, default: ['server', 'browser', 'pixel'] })
  scopes!: string[];

  @Column({ name: 'allowed_origins', type: 'text', array: true, default: [] })
  allowedOrigins!: string[];

  @Column({ name: 'allowed_cidrs', type: 'text', array: true, default: [] })
  allowedCidrs!: string[];

  @Column({ name: 'rate_limit', type: 'int', nullable: true })
  rateLimit!: number | null;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}

/** How often calls and messages of a write key had one outcome on one day (UTC). */
@Entity('write_key_usage')
export class WriteKeyUsage {
  @PrimaryColumn({ name: 'write_key_id', type: 'text', collation: 'C' })
  writeKeyId!: string;

  @PrimaryColumn({ type: 'date' })
  day!: string;

  /** `accepted`, `duplicate`, or the code of a rejection or refusal. */
  @PrimaryColumn({ type: 'text' })
  outcome!: string;

  /** A bigint, which the driver returns as text. */
  @Column({ type: 'bigint' })
  count!: string;

  @Column({ name: 'last_at', type: 'timestamptz' })
  lastAt!: Date;
}

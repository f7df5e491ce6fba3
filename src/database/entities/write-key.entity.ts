import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Resource } from './resource.js';

/** Kinds of callers: servers and apps, web pages, images in pages and mails. */
export const WRITE_KEY_SCOPES = ['server', 'browser', 'pixel'] as const;
export type WriteKeyScope = (typeof WRITE_KEY_SCOPES)[number];

/** Public identifier with which a source sends; the key itself is shown once and not stored. */
@Entity('write_keys')
export class WriteKey extends Resource {
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

  /** Which kinds of callers may use it. */
  @Column({ type: 'text', array: true, default: WRITE_KEY_SCOPES })
  scopes!: WriteKeyScope[];

  /** Origins of web pages that may use it, such as `https://*.example.com`; empty for any. */
  @Column({ name: 'allowed_origins', type: 'text', array: true, default: [] })
  allowedOrigins!: string[];

  /** Networks that may use it; empty for any. */
  @Column({ name: 'allowed_cidrs', type: 'text', array: true, default: [] })
  allowedCidrs!: string[];

  /** Most calls per second; null for no limit of its own. */
  @Column({ name: 'rate_limit', type: 'int', nullable: true })
  rateLimit!: number | null;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}

/** How often a write key met one outcome on one day (UTC). */
@Entity('write_key_usage')
export class WriteKeyUsage {
  @PrimaryColumn({ name: 'write_key_id', type: 'text', collation: 'C' })
  writeKeyId!: string;

  @PrimaryColumn({ type: 'date' })
  day!: string;

  /** `accepted`, `duplicate`, or the code of a rejection or refusal. */
  @PrimaryColumn({ type: 'text' })
  outcome!: string;

  /** A bigint, which the driver gives as text. */
  @Column({ type: 'bigint' })
  count!: string;

  @Column({ name: 'last_at', type: 'timestamptz' })
  lastAt!: Date;
}

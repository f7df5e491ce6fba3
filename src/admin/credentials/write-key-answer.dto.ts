import { type WriteKeyScope } from '../../database/entities/write-key.entity.js';

export type CredentialStatus = 'live' | 'expired' | 'revoked';

export class WriteKeyDto {
  /** @example wkey_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /**
   * Source it belongs to.
   * @example src_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  sourceId!: string;

  /** @example Production */
  name!: string;

  /**
   * What the key begins with, by which people tell keys apart: its first 8 characters, fewer of a short one.
   * @example 8kQ1x7mY
   */
  prefix!: string;

  /**
   * Whether it works as of now; its source may be turned off all the same.
   * @example live
   */
  status!: CredentialStatus;

  /**
   * Who may use it.
   * @example ["browser"]
   */
  scopes!: WriteKeyScope[];

  /**
   * Web pages that may use it; any when empty.
   * @example ["https://www.example.com"]
   */
  allowedOrigins!: string[];

  /**
   * Networks that may use it; any when empty.
   * @example ["203.0.113.0/24"]
   */
  allowedCidrs!: string[];

  /**
   * Most calls per second; null for no limit of its own.
   * @example 100
   */
  rateLimit!: number | null;

  /**
   * When it stops working; null for never.
   * @example 2031-01-01T00:00:00.000Z
   */
  expiresAt!: Date | null;

  /**
   * When it was revoked; null while it is not.
   * @example null
   */
  revokedAt!: Date | null;

  /**
   * When a call with it was accepted last, as of some seconds ago; null when none was.
   * @example 2026-11-21T15:04:05.000Z
   */
  lastUsedAt!: Date | null;

  /**
   * When it was made.
   * @example 2026-11-21T15:04:05.000Z
   */
  createdAt!: Date;

  /**
   * When it was changed last.
   * @example 2026-11-21T15:04:05.000Z
   */
  updatedAt!: Date;

  /**
   * Grows with each change; the entity tag for `If-Match`, in quotes there.
   * @example 1
   */
  version!: number;
}

export class CreatedWriteKeyDto extends WriteKeyDto {
  /**
   * The key itself. It is not stored and shown this once: keep it.
   * @example 8kQ1x7mYd4HpR0Uq3b2VtZ8kQ1x7mYd4
   */
  value!: string;
}

export class RotatedWriteKeyDto extends CreatedWriteKeyDto {
  /** The old key, as it is now: under another name, and about to expire. */
  replaced!: WriteKeyDto;
}

import { type CredentialStatus } from './credential-status.js';
import { KeyPolicyDto } from './key-policy.dto.js';

export class WriteKeyDto extends KeyPolicyDto {
  /** @example wkey_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /**
   * The source to which it belongs.
   * @example src_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  sourceId!: string;

  /** @example Production */
  name!: string;

  /**
   * First 8 characters of the key, by which people tell keys apart; fewer for a short key.
   * @example 8kQ1x7mY
   */
  prefix!: string;

  /**
   * Whether the key works now. A live key of a disabled source is refused too.
   * @example live
   */
  status!: CredentialStatus;

  /**
   * When the key stops working; null for never.
   * @example 2031-01-01T00:00:00.000Z
   */
  expiresAt!: Date | null;

  /**
   * When the key was revoked; null if it was not.
   * @example null
   */
  revokedAt!: Date | null;

  /**
   * When a call with the key was last accepted, up to some seconds late; null if none was.
   * @example 2026-11-21T15:04:05.000Z
   */
  lastUsedAt!: Date | null;

  /**
   * When the key was created.
   * @example 2026-11-21T15:04:05.000Z
   */
  createdAt!: Date;

  /**
   * When the key was last changed.
   * @example 2026-11-21T15:04:05.000Z
   */
  updatedAt!: Date;

  /**
   * Increases with each change. In quotes, it is the entity tag for `If-Match`.
   * @example 1
   */
  version!: number;
}

export class CreatedWriteKeyDto extends WriteKeyDto {
  /**
   * The key itself. It is not stored, and shown only in this answer: keep it.
   * @example 8kQ1x7mYd4HpR0Uq3b2VtZ8kQ1x7mYd4
   */
  value!: string;
}

export class RotatedWriteKeyDto extends CreatedWriteKeyDto {
  /** The old key after the rotation: renamed, and expiring when the overlap ends. */
  replaced!: WriteKeyDto;
}

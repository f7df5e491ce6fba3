import { WriteKey } from '../../database/entities/write-key.entity.js';
import { type Kind } from '../changes/change.js';
import { type CredentialStatus, type WriteKeyDto } from './write-key-answer.dto.js';

/** A write key without its last use, which is counted beside it and is no part of a change. */
export type WriteKeyView = Omit<WriteKeyDto, 'lastUsedAt'>;

export const WRITE_KEY: Kind<WriteKey, WriteKeyView> = {
  type: 'write_key',
  entity: WriteKey,
  view: (row) => ({
    id: row.id,
    sourceId: row.sourceId,
    name: row.name,
    prefix: row.prefix,
    status: statusOf(row),
    scopes: row.scopes,
    allowedOrigins: row.allowedOrigins,
    allowedCidrs: row.allowedCidrs,
    rateLimit: row.rateLimit,
    expiresAt: row.expiresAt,
    revokedAt: row.revokedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  }),
};

interface Ending {
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Whether a write key or a token works at a time, in ms since the epoch. */
export function statusOf({ expiresAt, revokedAt }: Ending, now = Date.now()): CredentialStatus {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt.getTime() <= now ? 'expired' : 'live';
}

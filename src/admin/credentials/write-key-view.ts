import { policyIn } from '../../auth/keys/key-policy.js';
import { WriteKey } from '../../database/entities/write-key.entity.js';
import { type Kind } from '../changes/change.js';
import { statusOf } from './credential-status.js';
import { type WriteKeyDto } from './write-key-answer.dto.js';

/** A write key without its last use, which is counted elsewhere and is not part of a change. */
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
    ...policyIn(row),
    expiresAt: row.expiresAt,
    revokedAt: row.revokedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  }),
};

import { Injectable } from '@nestjs/common';
import { type EntityManager, type FindOptionsWhere, IsNull, MoreThan, Not } from 'typeorm';
import { hashOf, prefixOf } from '../../database/credential.js';
import { AdminToken, type AdminRole } from '../../database/entities/admin-token.entity.js';
import { newId, randomText } from '../../database/new-id.js';
import { type Change, type Kind } from '../changes/change.js';
import { notFound, Problem } from '../problems/problem.js';
import { statusOf } from '../credentials/write-key-view.js';
import { type CreatedTokenDto, type TokenDto } from './token.dto.js';

export const TOKEN: Kind<AdminToken, TokenDto> = {
  type: 'token',
  entity: AdminToken,
  view: (row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    workspaceId: row.workspaceId,
    prefix: row.prefix,
    status: statusOf(row),
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt,
    createdAt: row.createdAt,
  }),
};

export interface NewToken {
  readonly name: string;
  readonly role: AdminRole;
  /** ISO 8601; null or undefined for never. */
  readonly expiresAt?: string | null | undefined;
}

/** Condition for the tokens of one workspace, or with null for those of instance admins. */
export const tokensOf = (workspaceId: string | null): FindOptionsWhere<AdminToken> => ({
  workspaceId: workspaceId ?? IsNull(),
});

/** Reads and changes tokens, inside a change. A workspace id of null means the tokens of instance admins. */
@Injectable()
export class Tokens {
  /** Throws `not_found`, also for a token of another workspace. */
  async find(manager: EntityManager, workspaceId: string | null, id: string): Promise<AdminToken> {
    const row = await manager.findOneBy(AdminToken, { id, workspaceId: workspaceId ?? IsNull() });
    if (row === null) throw notFound('token', id);
    return row;
  }

  /** Creates a token. Only its hash is stored, so its value is in this answer only. */
  async create(change: Change, workspaceId: string | null, body: NewToken): Promise<CreatedTokenDto> {
    const { name, role, expiresAt } = body;
    const value = `trb_${randomText(40)}`;
    const token = await change.insert(TOKEN, workspaceId, {
      id: newId('tok'),
      ...{ name, role, workspaceId, hash: hashOf(value), prefix: prefixOf(value) },
      expiresAt: typeof expiresAt === 'string' ? new Date(expiresAt) : null,
    });
    return Object.assign({ value }, token);
  }

  /** Deletes a token; the audit log keeps its last state. */
  async remove(change: Change, workspaceId: string | null, id: string): Promise<void> {
    const row = await this.find(change.manager, workspaceId, id);
    if (row.role === 'instance-admin') await this.refuseLast(change.manager, row);
    await change.remove(TOKEN, workspaceId, row);
  }

  /** Without a working token of an instance admin, no caller could create another one. */
  private async refuseLast(manager: EntityManager, row: AdminToken): Promise<void> {
    if (statusOf(row) !== 'live') return;
    const otherAdmins = { id: Not(row.id), role: 'instance-admin', revokedAt: IsNull() } as const;
    const another = await manager.existsBy(AdminToken, [
      { ...otherAdmins, expiresAt: IsNull() },
      { ...otherAdmins, expiresAt: MoreThan(new Date()) },
    ]);
    if (another) return;
    throw new Problem(
      'conflict',
      'This is the last working token of an instance admin: create another one first',
    );
  }
}

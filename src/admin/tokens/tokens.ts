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

/** Tokens of one workspace, or with null those of the instance. */
export const tokensOf = (workspaceId: string | null): FindOptionsWhere<AdminToken> => ({
  workspaceId: workspaceId ?? IsNull(),
});

/** What can be done with tokens, inside a change. Null for a workspace means the tokens of the instance. */
@Injectable()
export class Tokens {
  /** Throws `not_found`, also for a token of another workspace. */
  async find(manager: EntityManager, workspaceId: string | null, id: string): Promise<AdminToken> {
    const row = await manager.findOneBy(AdminToken, { id, workspaceId: workspaceId ?? IsNull() });
    if (row === null) throw notFound('token', id);
    return row;
  }

  /** Makes a token that nobody can be told again. */
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

  /** Ends a token for good; the audit log keeps what it was. */
  async remove(change: Change, workspaceId: string | null, id: string): Promise<void> {
    const row = await this.find(change.manager, workspaceId, id);
    if (row.role === 'instance-admin') await this.refuseLast(change.manager, row);
    await change.remove(TOKEN, workspaceId, row);
  }

  /** Without a working token of an instance admin nobody could ever make one again. */
  private async refuseLast(manager: EntityManager, row: AdminToken): Promise<void> {
    if (statusOf(row) !== 'live') return;
    const others = { id: Not(row.id), role: 'instance-admin', revokedAt: IsNull() } as const;
    const another = await manager.existsBy(AdminToken, [
      { ...others, expiresAt: IsNull() },
      { ...others, expiresAt: MoreThan(new Date()) },
    ]);
    if (another) return;
    throw new Problem(
      'conflict',
      'This is the last working token of an instance admin: make another one first',
    );
  }
}

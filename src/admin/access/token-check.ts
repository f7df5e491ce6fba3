import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hashOf } from '../../database/credential.js';
import { AdminToken } from '../../database/entities/admin-token.entity.js';
import { Problem } from '../problems/problem.js';
import { type Actor } from './actor.js';

/** Precision of `lastUsedAt`. One write per token and minute is enough to find idle tokens. */
const LAST_USED_MS = 60_000;

/** Identifies the caller by one query for the token's hash. Nothing is cached, so a deleted token stops working at once. */
@Injectable()
export class TokenCheck {
  constructor(private readonly database: DataSource) {}

  /** Throws the problem `unauthorized` for a token that is missing, unknown, revoked or expired. */
  async actorOf(authorization: string | undefined): Promise<Actor> {
    const token = bearerOf(authorization);
    if (token === undefined) throw unauthorized('Send an admin token: Authorization: Bearer YOUR_TOKEN');
    const row = await this.database.manager.findOneBy(AdminToken, { hash: hashOf(token) });
    const now = Date.now();
    if (row === null || row.revokedAt !== null || (row.expiresAt?.getTime() ?? Infinity) <= now)
      throw unauthorized('The admin token is unknown, expired or revoked');
    if (now - (row.lastUsedAt?.getTime() ?? 0) > LAST_USED_MS)
      await this.database.manager.update(AdminToken, row.id, { lastUsedAt: new Date(now) });
    return { tokenId: row.id, tokenName: row.name, role: row.role, workspaceId: row.workspaceId };
  }
}

/** The token of a Bearer header (RFC 6750); the scheme is case-insensitive. */
export function bearerOf(authorization = ''): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1];
}

const unauthorized = (detail: string): Problem =>
  new Problem('unauthorized', detail, { headers: { 'WWW-Authenticate': 'Bearer realm="tributary"' } });

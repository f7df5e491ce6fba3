import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { clientAddress } from '../../auth/keys/client-address.js';
import { hashOf } from '../../database/credential.js';
import { AdminToken } from '../../database/entities/admin-token.entity.js';
import { adminTokensRefused } from '../../metrics/counters.js';
import { Problem } from '../problems/problem.js';
import { type Actor, type AdminRequest } from './actor.js';
import { FailedTokens, type TokenHolder } from './failed-tokens.js';

/** Precision of `lastUsedAt`. One write per token and minute is enough to find idle tokens. */
const LAST_USED_MS = 60_000;

/**
 * Identifies the caller by one query for the token's hash. Nothing is cached, so a deleted token stops working at once. A
 * hash is looked up, so the time of the query tells nothing about how close a wrong token is.
 */
@Injectable()
export class TokenCheck {
  constructor(
    private readonly database: DataSource,
    private readonly failures: FailedTokens,
  ) {}

  /** Throws `unauthorized` for a token that is missing, unknown, revoked or expired, `too_many_requests` past the limit. */
  async actorOf(request: AdminRequest): Promise<Actor> {
    const token = bearerOf(request.headers.authorization);
    if (token === undefined) throw unauthorized('Send an admin token: Authorization: Bearer YOUR_TOKEN');
    const holder = { address: clientAddress(request), hash: hashOf(token) };
    const waitMs = this.failures.begin(holder);
    if (waitMs > 0) {
      adminTokensRefused.inc({ reason: 'limited' });
      throw limited(waitMs);
    }
    const row = await this.checked(holder);
    if (row === undefined) {
      adminTokensRefused.inc({ reason: 'invalid' });
      throw unauthorized('The admin token is unknown, expired or revoked');
    }
    return { tokenId: row.id, tokenName: row.name, role: row.role, workspaceId: row.workspaceId };
  }

  private async checked(holder: TokenHolder): Promise<AdminToken | undefined> {
    let outcome: 'right' | 'wrong' | undefined;
    try {
      const row = await this.liveToken(holder.hash);
      outcome = row === undefined ? 'wrong' : 'right';
      return row;
    } finally {
      this.failures.settle(holder, outcome);
    }
  }

  private async liveToken(hash: Buffer): Promise<AdminToken | undefined> {
    const row = await this.database.manager.findOneBy(AdminToken, { hash });
    const now = Date.now();
    if (row === null || row.revokedAt !== null || (row.expiresAt?.getTime() ?? Infinity) <= now)
      return undefined;
    if (now - (row.lastUsedAt?.getTime() ?? 0) > LAST_USED_MS)
      await this.database.manager.update(AdminToken, row.id, { lastUsedAt: new Date(now) });
    return row;
  }
}

/** The token of a Bearer header (RFC 6750); the scheme is case-insensitive. */
export function bearerOf(authorization = ''): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1];
}

const unauthorized = (detail: string): Problem =>
  new Problem('unauthorized', detail, { headers: { 'WWW-Authenticate': 'Bearer realm="tributary"' } });

const limited = (waitMs: number): Problem =>
  new Problem('too_many_requests', 'Too many wrong admin tokens came from your address: wait', {
    headers: { 'Retry-After': String(Math.ceil(waitMs / 1_000)) },
  });

import { Injectable } from '@nestjs/common';
import { clientAddress } from '../../auth/keys/client-address.js';
import { hashOf } from '../../database/credential.js';
import { type AdminToken } from '../../database/entities/admin-token.entity.js';
import { adminTokensRefused } from '../../metrics/counters.js';
import { Problem } from '../problems/problem.js';
import { type Actor, type AdminRequest } from './actor.js';
import { AdminTokens } from './admin-tokens.js';
import { FailedTokens, type TokenHolder } from './failed-tokens.js';

/**
 * Identifies the caller by the hash of its token. A hash is looked up, so the time of that tells nothing about how close a wrong
 * token is.
 */
@Injectable()
export class TokenCheck {
  constructor(
    private readonly tokens: AdminTokens,
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
    const { id: tokenId, name: tokenName, role, workspaceId, expiresAt } = row;
    return { tokenId, tokenName, role, workspaceId, expiresAt };
  }

  private async checked(holder: TokenHolder): Promise<AdminToken | undefined> {
    let outcome: 'right' | 'wrong' | undefined;
    try {
      const row = await this.tokens.liveToken(holder.hash);
      outcome = row === undefined ? 'wrong' : 'right';
      return row;
    } finally {
      this.failures.settle(holder, outcome);
    }
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

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Config } from '../../config/config.js';
import { AdminToken } from '../../database/entities/admin-token.entity.js';

/** Precision of `lastUsedAt`. One write per token and minute is enough to find idle tokens. */
const LAST_USED_MS = 60_000;

/** Types of audit rows whose changes add or end tokens: a workspace's tokens are deleted with it. */
const CHANGE_TOKENS: ReadonlySet<string> = new Set(['token', 'workspace']);

/**
 * Finds the stored tokens of callers. On a Postgres server each token is one query and nothing is cached, so a deleted token
 * stops working at once on all instances. The embedded Postgres has one session, in which a query waits for a transaction of
 * any length. Only this process can write to it, so all its tokens are in memory, and each commit that changes some replaces
 * them.
 */
@Injectable()
export class AdminTokens implements OnModuleInit {
  private readonly isEmbedded: boolean;
  /** Undefined where tokens are not kept. */
  private kept: ReadonlyMap<string, AdminToken> | undefined;

  constructor(
    private readonly database: DataSource,
    { DATABASE_URL }: Config,
  ) {
    this.isEmbedded = DATABASE_URL === undefined;
  }

  onModuleInit(): Promise<void> {
    return this.load();
  }

  /** Reads the tokens, where they are kept. Afterwards only changes add or end some. */
  async load(): Promise<void> {
    if (this.isEmbedded) this.keep(await this.database.manager.find(AdminToken));
  }

  /** Undefined for a token that is unknown, revoked or expired. A found one counts as used now. */
  async liveToken(hash: Buffer): Promise<AdminToken | undefined> {
    const row =
      this.kept === undefined
        ? await this.database.manager.findOneBy(AdminToken, { hash })
        : this.kept.get(hash.toString('hex'));
    const now = Date.now();
    if (!row || row.revokedAt !== null || (row.expiresAt?.getTime() ?? Infinity) <= now) return undefined;
    if (now - (row.lastUsedAt?.getTime() ?? 0) > LAST_USED_MS) await this.markAsUsed(row, new Date(now));
    return row;
  }

  /**
   * Reads the tokens as a change will leave them. Runs in its transaction, with the types of its audit rows; the effect that
   * it resolves to must run after the commit, and not after a rollback.
   */
  async afterChange(manager: EntityManager, types: readonly string[]): Promise<() => void> {
    if (!this.isEmbedded || !types.some((type) => CHANGE_TOKENS.has(type))) return () => undefined;
    const rows = await manager.find(AdminToken);
    return () => {
      this.keep(rows);
    };
  }

  /** With kept tokens, nothing waits for the write: it may be behind a transaction, and the next minute repeats it. */
  private async markAsUsed(row: AdminToken, lastUsedAt: Date): Promise<void> {
    const written = this.database.manager.update(AdminToken, row.id, { lastUsedAt });
    if (this.kept === undefined) await written;
    else {
      row.lastUsedAt = lastUsedAt;
      written.catch(() => undefined);
    }
  }

  private keep(rows: readonly AdminToken[]): void {
    this.kept = new Map(rows.map((row) => [row.hash.toString('hex'), row]));
  }
}

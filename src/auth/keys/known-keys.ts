import { setImmediate as turn } from 'node:timers/promises';
import { type WriteKeyScope } from '../../database/entities/write-key.entity.js';
import { type KnownKey, type KnownSource, type Restrictions } from './known-key.js';
import { Networks } from './networks.js';
import { Origins } from './origins.js';
import { type WriteKeyRow } from './write-key-rows.js';

/** Rows between which the process does something else: calls wait a few milliseconds at most. */
const ROWS_AT_A_TIME = 5_000;

/** Write keys by the SHA-256 of the key in base64. What they have in common is one object, so that 100,000 stay small. */
export class KnownKeys {
  private readonly keys = new Map<string, KnownKey>();
  private readonly sources = new Map<string, KnownSource>();

  static async of(rows: readonly WriteKeyRow[]): Promise<KnownKeys> {
    const keys = new KnownKeys();
    await keys.put(rows);
    return keys;
  }

  get byHash(): ReadonlyMap<string, KnownKey> {
    return this.keys;
  }

  /** How many keys there would be with these rows too. */
  sizeWith(rows: readonly WriteKeyRow[]): number {
    return this.keys.size + rows.filter(({ hash }) => !this.keys.has(hash)).length;
  }

  /** Adds rows, or takes them in place of what they were before; what keys have is what one row had, at any moment. */
  async put(rows: readonly WriteKeyRow[]): Promise<void> {
    const restrictions = new Map<string, Restrictions>();
    for (const [index, row] of rows.entries()) {
      if (index % ROWS_AT_A_TIME === ROWS_AT_A_TIME - 1) await turn();
      this.keys.set(row.hash, {
        id: row.id,
        source: this.sourceOf(row),
        expiresAt: row.expires_at ?? Infinity,
        revoked: row.revoked,
        restrictions: row.restrictions === null ? undefined : sharedIn(restrictions, row.restrictions),
        rateLimit: row.rate_limit,
      });
    }
  }

  private sourceOf(row: WriteKeyRow): KnownSource {
    const { source_id: id, workspace_id: workspaceId, enabled, workspace_limit: workspaceLimit } = row;
    const known = this.sources.get(id);
    if (known?.enabled === enabled && known.workspaceLimit === workspaceLimit) return known;
    const source = { id, workspaceId, enabled, workspaceLimit };
    this.sources.set(id, source);
    return source;
  }
}

function sharedIn(known: Map<string, Restrictions>, text: string): Restrictions {
  const restrictions = known.get(text) ?? restrictionsOf(text);
  known.set(text, restrictions);
  return restrictions;
}

/** Of the JSON of scopes, allowed origins and allowed CIDRs. */
export function restrictionsOf(text: string): Restrictions {
  const [scopes, origins, cidrs] = JSON.parse(text) as [WriteKeyScope[], string[], string[]];
  return {
    scopes: new Set(scopes),
    origins: origins.length === 0 ? undefined : new Origins(origins),
    networks: cidrs.length === 0 ? undefined : new Networks(cidrs),
    text,
  };
}

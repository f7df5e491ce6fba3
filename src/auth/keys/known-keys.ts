import { yieldToEventLoop } from '../../resilience/pauses.js';
import { type CompiledPolicy, compilePolicy } from './key-policy.js';
import { type KnownKey, type KnownSource } from './known-key.js';
import { type WriteKeyRow } from './write-key-rows.js';

/** Rows between two yields to the event loop: a call waits a few milliseconds at most. */
const ROWS_AT_A_TIME = 5_000;

/** Write keys by the SHA-256 of the key in base64. Equal sources and policies are one object, so that 100,000 keys stay small. */
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

  /** Adds rows, or replaces the keys of the same hash. At any moment a key has the values of one row. */
  async put(rows: readonly WriteKeyRow[]): Promise<void> {
    const policies = new Map<string, CompiledPolicy>();
    for (const [index, row] of rows.entries()) {
      if (index % ROWS_AT_A_TIME === ROWS_AT_A_TIME - 1) await yieldToEventLoop();
      this.keys.set(row.hash, {
        id: row.id,
        source: this.sourceOf(row),
        expiresAt: row.expires_at ?? Infinity,
        revoked: row.revoked,
        policy: row.policy === null ? undefined : sharedIn(policies, row.policy),
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

function sharedIn(known: Map<string, CompiledPolicy>, text: string): CompiledPolicy {
  const policy = known.get(text) ?? compilePolicy(text);
  known.set(text, policy);
  return policy;
}

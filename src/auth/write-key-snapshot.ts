import { hash } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ChangeWatch } from '../database/change-watch.js';
import { type Source } from '../events/source.js';

interface Entry {
  readonly source: Source;
  readonly enabled: boolean;
  /** In ms since the epoch; Infinity when it does not expire. */
  readonly expiresAt: number;
}

interface Row {
  readonly hash: Buffer;
  readonly expires_at: Date | null;
  readonly source_id: string;
  readonly workspace_id: string;
  readonly enabled: boolean;
}

const QUERY = `SELECT k.hash, k.expires_at, s.id AS source_id, s.workspace_id, s.enabled
  FROM write_keys k JOIN sources s ON s.id = k.source_id WHERE k.revoked_at IS NULL`;

/**
 * Every write key that is not revoked, in memory: the guard asks no database, an unknown key costs nothing, and while
 * Postgres is away the last state goes on serving (DESIGN 5.6).
 */
@Injectable()
export class WriteKeySnapshot implements OnModuleInit {
  private readonly log = new Logger(WriteKeySnapshot.name);
  private entries: ReadonlyMap<string, Entry> = new Map();

  constructor(
    private readonly database: DataSource,
    private readonly changes: ChangeWatch,
  ) {}

  onModuleInit(): Promise<void> {
    return this.changes.watch(() => this.reload());
  }

  /** The source that a write key belongs to, `disabled` when that is turned off, undefined for an unknown or expired key. */
  resolve(writeKey: string, now = Date.now()): Source | 'disabled' | undefined {
    const entry = this.entries.get(hash('sha256', writeKey, 'base64'));
    if (entry === undefined || entry.expiresAt <= now) return undefined;
    return entry.enabled ? entry.source : 'disabled';
  }

  private async reload(): Promise<void> {
    const rows = await this.database.query<Row[]>(QUERY);
    const sources = new Map<string, Source>();
    this.entries = new Map(rows.map((row) => [row.hash.toString('base64'), entryOf(row, sources)]));
    this.log.debug({ event: 'write_keys.loaded', keys: this.entries.size });
  }
}

/** Keys of one source share its object. */
function entryOf(row: Row, sources: Map<string, Source>): Entry {
  const source = sources.get(row.source_id) ?? { id: row.source_id, workspaceId: row.workspace_id };
  sources.set(source.id, source);
  return { source, enabled: row.enabled, expiresAt: row.expires_at?.getTime() ?? Infinity };
}

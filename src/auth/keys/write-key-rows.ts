import { type DataSource } from 'typeorm';

/** A write key as Postgres and the snapshot on disk give it. */
export interface WriteKeyRow {
  readonly id: string;
  /** SHA-256 of the key in base64. */
  readonly hash: string;
  /** In ms since the epoch; null when it does not expire. */
  readonly expires_at: number | null;
  readonly revoked: boolean;
  readonly rate_limit: number | null;
  /** JSON of scopes, allowed origins and allowed CIDRs, in this order; null when anybody may use it. */
  readonly restrictions: string | null;
  readonly source_id: string;
  readonly workspace_id: string;
  readonly enabled: boolean;
  readonly workspace_limit: number | null;
}

/** How far a reading went: whatever an older transaction has written is in it. */
export interface ReadMark {
  /** Oldest transaction that was not over yet. */
  readonly xid: string;
  /** Since when the server has been running: another server, or one restored, counts transactions anew. */
  readonly server: string;
}

export interface Reading {
  readonly rows: readonly WriteKeyRow[];
  /** False: only the rows that have changed since the mark that was given. */
  readonly isWhole: boolean;
  /** How many keys there are. */
  readonly total: number;
  readonly mark: ReadMark;
}

const STATE = `SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text AS xid, pg_postmaster_start_time()::text AS server,
  age($1::text::xid) AS passed, (SELECT count(*) FROM write_keys)::int AS total`;

/** The restrictions come as one text, which most keys do not have and many share: lists would be made anew for each row. */
const ROWS = `SELECT k.id, encode(k.hash, 'base64') AS hash,
    (extract(epoch FROM k.expires_at) * 1000)::float8 AS expires_at, k.revoked_at IS NOT NULL AS revoked, k.rate_limit,
    CASE WHEN k.scopes @> '{server,browser,pixel}' AND k.allowed_origins = '{}' AND k.allowed_cidrs = '{}' THEN NULL
      ELSE json_build_array(k.scopes, k.allowed_origins, k.allowed_cidrs)::text END AS restrictions,
    s.id AS source_id, s.workspace_id, s.enabled, w.rate_limit AS workspace_limit
  FROM write_keys k JOIN sources s ON s.id = k.source_id JOIN workspaces w ON w.id = s.workspace_id`;
const CHANGED = `${ROWS}
  WHERE age(k.xmin) <= age($1::text::xid) OR age(s.xmin) <= age($1::text::xid) OR age(w.xmin) <= age($1::text::xid)`;

interface State extends ReadMark {
  /** Transactions since the mark that was given; null when none was. */
  readonly passed: number | null;
  readonly total: number;
}

/**
 * Reads the write keys; of those that it has read up to a mark only what was written by a transaction that was not over then,
 * which Postgres keeps with each row. Any change of the configuration is a reason to read, and of 100,000 keys few have
 * changed. Deleted rows are not among the changed ones: the total tells.
 */
export function readWriteKeys(database: DataSource, since?: ReadMark): Promise<Reading> {
  return database.transaction('REPEATABLE READ', async (manager) => {
    const [state] = await manager.query<[State]>(STATE, [since?.xid ?? null]);
    const { xid, server, total, passed } = state;
    const mark = { xid, server };
    if (since === undefined || since.server !== server || passed === null || passed < 0)
      return { rows: await manager.query<WriteKeyRow[]>(ROWS), isWhole: true, total, mark };
    return { rows: await manager.query<WriteKeyRow[]>(CHANGED, [since.xid]), isWhole: false, total, mark };
  });
}

import { type DataSource } from 'typeorm';
import { POLICY_SQL } from './key-policy.js';

/** A write key as Postgres and the snapshot on disk return it. */
export interface WriteKeyRow {
  readonly id: string;
  /** SHA-256 of the key in base64. */
  readonly hash: string;
  /** In ms since the epoch; null when it does not expire. */
  readonly expires_at: number | null;
  readonly revoked: boolean;
  /** JSON of the policy fields that restrict something; null when none does. */
  readonly policy: string | null;
  readonly source_id: string;
  readonly workspace_id: string;
  readonly enabled: boolean;
  readonly workspace_limit: number | null;
}

/** How far a reading went: it has everything that transactions older than `xid` wrote. */
export interface ReadMark {
  /** The oldest transaction that had not ended. */
  readonly xid: string;
  /** Start time of the Postgres server: another server, or a restored one, counts its transactions from elsewhere. */
  readonly server: string;
}

export interface Reading {
  readonly rows: readonly WriteKeyRow[];
  /** False: only rows that have changed since the given mark. */
  readonly isWhole: boolean;
  /** Number of all keys. */
  readonly total: number;
  readonly mark: ReadMark;
}

const STATE = `SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text AS xid, pg_postmaster_start_time()::text AS server,
  age($1::text::xid) AS passed, (SELECT count(*) FROM write_keys)::int AS total`;

/** The policy is one text, which most keys lack and many keys share: lists would be created for each row. */
const ROWS = `SELECT k.id, encode(k.hash, 'base64') AS hash,
    (extract(epoch FROM k.expires_at) * 1000)::float8 AS expires_at, k.revoked_at IS NOT NULL AS revoked,
    ${POLICY_SQL} AS policy, s.id AS source_id, s.workspace_id, s.enabled, w.rate_limit AS workspace_limit
  FROM write_keys k JOIN sources s ON s.id = k.source_id JOIN workspaces w ON w.id = s.workspace_id`;
const CHANGED = `${ROWS}
  WHERE age(k.xmin) <= age($1::text::xid) OR age(s.xmin) <= age($1::text::xid) OR age(w.xmin) <= age($1::text::xid)`;

interface State extends ReadMark {
  /** Transactions since the given mark; null without one. */
  readonly passed: number | null;
  readonly total: number;
}

/**
 * Reads the write keys. With a mark, reads only rows written by transactions that had not ended when the mark was taken: every
 * change of the configuration causes a read, and of 100,000 keys few have changed. Postgres keeps the writing transaction with
 * each row. Deleted rows show only in the total.
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

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../../config/config.js';

/** Rows of the delivery side that a workspace has a quota of. */
export type RowKind = 'waitingDeliveries' | 'deadLetters';

/** A count is used for so long: counting reads an index as far as the quota. */
const RECOUNT_MS = 30_000;
/** The same once there is no room: what an administrator has discarded makes room again soon. */
const RECOUNT_FULL_MS = 2_000;

/** Destination by destination, each up to the quota: otherwise Postgres prefers to read the rows of all workspaces. */
const room = (table: string, collation: string, column: string): string => `
  SELECT quota - (
    SELECT count(*)::int FROM (
      SELECT FROM destinations d CROSS JOIN LATERAL (
        SELECT FROM ${table} r WHERE r.destination_id = d.id COLLATE "${collation}" LIMIT quota
      ) r WHERE d.workspace_id = $1 LIMIT quota
    ) found
  ) AS room
  FROM (SELECT coalesce((SELECT ${column} FROM workspace_quotas WHERE id = $1), $2::int) AS quota) q`;

/** The columns that refer to destinations, and so their indexes, have different collations. */
const ROOM: Readonly<Record<RowKind, string>> = {
  waitingDeliveries: room('deliveries', 'default', 'waiting_deliveries'),
  deadLetters: room('dead_letters', 'C', 'dead_letters'),
};

interface Counted {
  room: number;
  readonly at: number;
}

/**
 * How many more rows a workspace may get by its quotas. Counted now and then, and kept by this process in between, so a
 * workspace may exceed a quota by what other processes add within 30 s.
 */
@Injectable()
export class WorkspaceRoom {
  private readonly counted = new Map<string, Counted>();

  constructor(
    private readonly database: DataSource,
    private readonly config: Config,
  ) {}

  /** Takes room for up to so many rows; resolves to how many there is room for. */
  async take(workspaceId: string, kind: RowKind, rows: number): Promise<number> {
    const counted = await this.current(workspaceId, kind);
    const taken = Math.max(0, Math.min(counted.room, rows));
    counted.room -= taken;
    return taken;
  }

  /** How many more rows there is room for; nothing is taken. */
  async left(workspaceId: string, kind: RowKind): Promise<number> {
    return Math.max(0, (await this.current(workspaceId, kind)).room);
  }

  /** Gives room back that was taken and not used. */
  giveBack(workspaceId: string, kind: RowKind, rows: number): void {
    const counted = this.counted.get(keyOf(workspaceId, kind));
    if (counted !== undefined) counted.room += rows;
  }

  private async current(workspaceId: string, kind: RowKind): Promise<Counted> {
    const key = keyOf(workspaceId, kind);
    const known = this.counted.get(key);
    const age = performance.now() - (known?.at ?? -Infinity);
    if (known !== undefined && age < (known.room > 0 ? RECOUNT_MS : RECOUNT_FULL_MS)) return known;
    const parameters = [workspaceId, this.config.QUOTAS[kind]];
    const [found] = await this.database.query<{ room: number }[]>(ROOM[kind], parameters);
    const counted = { room: found?.room ?? 0, at: performance.now() };
    this.counted.set(key, counted);
    return counted;
  }
}

const keyOf = (workspaceId: string, kind: RowKind): string => `${kind} ${workspaceId}`;

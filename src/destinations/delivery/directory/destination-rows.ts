/** A destination and its connections, as stored in Postgres. */
export interface DestinationRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly type: string;
  readonly settings: unknown;
  readonly secrets: string | null;
  readonly enabled: boolean;
  readonly paused: boolean;
  readonly retryDelaysSeconds: readonly number[] | null;
  /** Stored filters by the ids of the connected sources; null for none. */
  readonly connections: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly version: number;
}

export const DESTINATIONS_QUERY = `
  SELECT d.id, d.workspace_id AS "workspaceId", d.type, d.settings, d.secrets, d.enabled,
    d.paused_at IS NOT NULL AS paused, d.created_at AS "createdAt", d.version,
    d.retry_delays_seconds AS "retryDelaysSeconds",
    coalesce(jsonb_object_agg(c.source_id, c.filter) FILTER (WHERE c.source_id IS NOT NULL), '{}') AS connections
  FROM destinations d LEFT JOIN connections c ON c.destination_id = d.id
  GROUP BY d.id`;

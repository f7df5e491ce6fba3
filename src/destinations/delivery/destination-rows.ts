import { Logger } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { DEFAULT_LIMITS, type Handler } from '../handler.js';
import { handlers } from '../handlers/index.js';
import { type Destination } from './destination.js';

export interface DestinationRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly type: string;
  readonly settings: unknown;
  readonly enabled: boolean;
  readonly paused: boolean;
  readonly sources: readonly string[];
  readonly createdAt: Date;
}

export const DESTINATIONS_QUERY = `
  SELECT d.id, d.workspace_id AS "workspaceId", d.type, d.settings, d.enabled, d.paused_at IS NOT NULL AS paused,
    d.created_at AS "createdAt",
    coalesce(array_agg(c.source_id::text) FILTER (WHERE c.source_id IS NOT NULL), '{}') AS sources
  FROM destinations d LEFT JOIN connections c ON c.destination_id = d.id
  GROUP BY d.id`;

const log = new Logger('Destinations');
const byType: ReadonlyMap<string, Handler> = new Map(
  handlers.map((handler) => [handler.type, handler as Handler]),
);

/** What can be delivered to. A destination of an unknown type or with faulty settings is left out and said so. */
export function usableDestinations(rows: readonly DestinationRow[]): Destination[] {
  return rows.flatMap((row) => {
    const handler = byType.get(row.type);
    if (handler === undefined) return unusable(row, 'unknown_type');
    if (!isPlainObject(row.settings)) return unusable(row, 'invalid_settings');
    const settings = plainToInstance(handler.settings, row.settings, { exposeDefaultValues: true });
    const faults = validateSync(settings, { forbidUnknownValues: false });
    if (faults.length > 0)
      return unusable(
        row,
        'invalid_settings',
        faults.map(({ property }) => property),
      );
    const { id, workspaceId } = row;
    const limits = { ...DEFAULT_LIMITS, ...handler.limits?.(settings) };
    const state = row.paused ? 'paused' : row.enabled ? 'active' : 'disabled';
    return [{ id, workspaceId, handler, settings, limits, sources: new Set(row.sources), state }];
  });
}

function unusable({ id, type }: DestinationRow, reason: string, properties: readonly string[] = []): [] {
  log.error({ event: 'destination.unusable', destination: id, type, reason, properties });
  return [];
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

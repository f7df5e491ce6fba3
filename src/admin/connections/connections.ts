import { Injectable } from '@nestjs/common';
import { And, type EntityManager, Equal, type FindOptionsWhere, Raw } from 'typeorm';
import { Connection } from '../../database/entities/connection.entity.js';
import { Destination } from '../../database/entities/destination.entity.js';
import { SourceRow } from '../../database/entities/source.entity.js';
import { newId } from '../../database/new-id.js';
import { checkFilter } from '../../destinations/filter/connection-filter.js';
import { type Change, type Kind } from '../changes/change.js';
import { mapInTurns } from '../../resilience/map-in-turns.js';
import { notFound, type ProblemPart, refuseFaults } from '../problems/problem.js';
import { type ConnectionDto, type CreateConnectionDto, type UpdateConnectionDto } from './connection.dto.js';

export const CONNECTION: Kind<Connection, ConnectionDto> = {
  type: 'connection',
  entity: Connection,
  view: ({ id, sourceId, destinationId, filter, createdAt, updatedAt, version }) => ({
    id,
    sourceId,
    destinationId,
    filter,
    createdAt,
    updatedAt,
    version,
  }),
};

/** Condition for the connections of a workspace. Source and destination are always in the same one, so the source decides. */
export function connectionsOf(
  workspaceId: string,
  { sourceId, destinationId }: { sourceId?: string; destinationId?: string } = {},
): FindOptionsWhere<Connection> {
  const ofWorkspace = Raw<string>(
    (column) => `${column} IN (SELECT id FROM sources WHERE workspace_id = :workspaceId)`,
    { workspaceId },
  );
  return {
    sourceId: sourceId === undefined ? ofWorkspace : And(ofWorkspace, Equal(sourceId)),
    ...(destinationId !== undefined && { destinationId }),
  };
}

/** A new connection. It has an id when a document restores a deleted one. */
export type NewConnection = CreateConnectionDto & { readonly id?: string };

/** Reads and changes connections, inside a change. */
@Injectable()
export class Connections {
  async find(manager: EntityManager, workspaceId: string, id: string): Promise<Connection> {
    const row = await manager.findOneBy(Connection, { ...connectionsOf(workspaceId), id });
    if (row === null) throw notFound('connection', id);
    return row;
  }

  async create(
    change: Change,
    workspaceId: string,
    { sourceId, destinationId, filter = null }: CreateConnectionDto,
    id = newId('con'),
  ): Promise<ConnectionDto> {
    const { manager } = change;
    const hasSource = await manager.existsBy(SourceRow, { id: sourceId, workspaceId });
    const hasDestination = await manager.existsBy(Destination, { id: destinationId, workspaceId });
    const checked = checkedFilter(filter);
    refuseFaults('invalid_request', [
      ...(hasSource ? [] : [missing('source', sourceId)]),
      ...(hasDestination ? [] : [missing('destination', destinationId)]),
      ...checked.faults,
    ]);
    const values = { id, sourceId, destinationId, filter: checked.filter };
    return change.insert(CONNECTION, workspaceId, values);
  }

  /** Inserts connections between sources and destinations of the workspace that this change has read or made. */
  async createAll(change: Change, workspaceId: string, list: readonly NewConnection[]): Promise<void> {
    const rows = await mapInTurns(list, ({ id = newId('con'), filter = null, ...ends }) => ({
      ...{ id, ...ends },
      filter: acceptedFilter(filter),
    }));
    await change.insertAll(CONNECTION, workspaceId, rows);
  }

  async update(
    change: Change,
    workspaceId: string,
    id: string,
    { filter }: UpdateConnectionDto,
  ): Promise<ConnectionDto> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    if (filter === undefined) return CONNECTION.view(row);
    return change.update(CONNECTION, workspaceId, row, { filter: acceptedFilter(filter) });
  }

  /** Changes the filters of connections that this change has read. */
  async updateAll(
    change: Change,
    workspaceId: string,
    edits: readonly { readonly row: Connection; readonly filter: object | null }[],
  ): Promise<void> {
    const columns = await mapInTurns(edits, ({ row, filter }) => ({
      row,
      values: { filter: acceptedFilter(filter) },
    }));
    await change.updateAll(CONNECTION, workspaceId, columns);
  }

  async remove(change: Change, workspaceId: string, id: string): Promise<void> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    await change.remove(CONNECTION, workspaceId, row);
  }
}

/** The filter in its stored form. Throws `invalid_request` with its faults. */
function acceptedFilter(given: object | null): object | null {
  const { filter, faults } = checkedFilter(given);
  refuseFaults('invalid_request', faults);
  return filter;
}

/** The filter in its stored form, and its faults. */
function checkedFilter(given: object | null): { filter: object | null; faults: readonly ProblemPart[] } {
  const checked = given === null ? { filter: null } : checkFilter(given);
  if (!('faults' in checked)) return { filter: checked.filter, faults: [] };
  const faults = checked.faults.map(({ pointer, detail }) => ({ pointer: `/filter${pointer}`, detail }));
  return { filter: null, faults };
}

function missing(type: 'source' | 'destination', id: string): ProblemPart {
  return { pointer: `/${type}Id`, detail: `There is no ${type} ${id} in this workspace` };
}

import { Injectable } from '@nestjs/common';
import { And, type EntityManager, Equal, type FindOptionsWhere, Raw } from 'typeorm';
import { Connection } from '../../database/entities/connection.entity.js';
import { Destination } from '../../database/entities/destination.entity.js';
import { SourceRow } from '../../database/entities/source.entity.js';
import { newId } from '../../database/new-id.js';
import { checkFilter } from '../../destinations/filter/connection-filter.js';
import { type Change, type Kind } from '../changes/change.js';
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

  async update(
    change: Change,
    workspaceId: string,
    id: string,
    { filter }: UpdateConnectionDto,
  ): Promise<ConnectionDto> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    if (filter === undefined) return CONNECTION.view(row);
    const checked = checkedFilter(filter);
    refuseFaults('invalid_request', checked.faults);
    return change.update(CONNECTION, workspaceId, row, { filter: checked.filter });
  }

  async remove(change: Change, workspaceId: string, id: string): Promise<void> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    await change.remove(CONNECTION, workspaceId, row);
  }
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

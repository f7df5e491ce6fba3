import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Destination } from '../../database/entities/destination.entity.js';
import { SourceRow } from '../../database/entities/source.entity.js';
import { Workspace } from '../../database/entities/workspace.entity.js';
import { newId } from '../../database/new-id.js';
import { type Change, type Kind } from '../changes/change.js';
import { notFound, Problem } from '../problems/problem.js';
import { refuseIfUsed } from '../problems/in-use.js';
import { type CreateWorkspaceDto, type UpdateWorkspaceDto, type WorkspaceDto } from './workspace.dto.js';

export const WORKSPACE: Kind<Workspace, WorkspaceDto> = {
  type: 'workspace',
  entity: Workspace,
  view: ({ id, name, rateLimit, createdAt, updatedAt, version }) => ({
    id,
    name,
    rateLimit,
    createdAt,
    updatedAt,
    version,
  }),
};

/** Reads and changes workspaces, inside a change. */
@Injectable()
export class Workspaces {
  async find(manager: EntityManager, id: string): Promise<Workspace> {
    const row = await manager.findOneBy(Workspace, { id });
    if (row === null) throw notFound('workspace', id);
    return row;
  }

  create(change: Change, { name, rateLimit = null }: CreateWorkspaceDto): Promise<WorkspaceDto> {
    const id = newId('wsp');
    return change.insert(WORKSPACE, id, { id, name, rateLimit });
  }

  async update(change: Change, id: string, values: UpdateWorkspaceDto): Promise<WorkspaceDto> {
    const row = await this.find(change.manager, id);
    change.expect(row);
    const changesLimit = values.rateLimit !== undefined && values.rateLimit !== row.rateLimit;
    if (changesLimit && change.actor.role !== 'instance-admin')
      throw new Problem('forbidden', 'Only an instance admin can change the rate limit of a workspace');
    return change.update(WORKSPACE, id, row, values);
  }

  /** Refused while the workspace has sources or destinations. Its tokens are deleted with it. */
  async remove(change: Change, id: string): Promise<void> {
    const row = await this.find(change.manager, id);
    change.expect(row);
    const where = { workspaceId: id };
    refuseIfUsed(`The workspace ${row.name}`, [
      { type: 'source', rows: await change.manager.findBy(SourceRow, where) },
      { type: 'destination', rows: await change.manager.findBy(Destination, where) },
    ]);
    await change.remove(WORKSPACE, id, row);
  }
}

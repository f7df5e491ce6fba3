import { Injectable } from '@nestjs/common';
import { Any, type EntityManager } from 'typeorm';
import { Connection } from '../../database/entities/connection.entity.js';
import { SourceRow } from '../../database/entities/source.entity.js';
import { WriteKey } from '../../database/entities/write-key.entity.js';
import { newId } from '../../database/new-id.js';
import { type Change, type Kind } from '../changes/change.js';
import { grouped } from '../changes/grouped.js';
import { refuseIfUsed } from '../problems/in-use.js';
import { notFound } from '../problems/problem.js';
import { WRITE_KEY } from '../credentials/write-key-view.js';
import { type CreateSourceDto, type SourceDto, type UpdateSourceDto } from './source.dto.js';

export const SOURCE: Kind<SourceRow, SourceDto> = {
  type: 'source',
  entity: SourceRow,
  view: ({ id, name, enabled, createdAt, updatedAt, version }) => ({
    id,
    name,
    enabled,
    createdAt,
    updatedAt,
    version,
  }),
};

/** A new source. It has an id when a document restores a deleted source. */
export type NewSource = CreateSourceDto & { readonly id?: string };

/** Reads and changes sources, inside a change. */
@Injectable()
export class Sources {
  /** Throws `not_found`, also for a source of another workspace. */
  async find(manager: EntityManager, workspaceId: string, id: string): Promise<SourceRow> {
    const row = await manager.findOneBy(SourceRow, { id, workspaceId });
    if (row === null) throw notFound('source', id);
    return row;
  }

  create(change: Change, workspaceId: string, values: NewSource): Promise<SourceDto> {
    return change.insert(SOURCE, workspaceId, columnsOf(workspaceId, values));
  }

  createAll(change: Change, workspaceId: string, list: readonly NewSource[]): Promise<SourceDto[]> {
    const rows = list.map((values) => columnsOf(workspaceId, values));
    return change.insertAll(SOURCE, workspaceId, rows);
  }

  async update(change: Change, workspaceId: string, id: string, values: UpdateSourceDto): Promise<SourceDto> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    return change.update(SOURCE, workspaceId, row, values);
  }

  async remove(change: Change, workspaceId: string, id: string): Promise<void> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    await this.removeAll(change, workspaceId, [row]);
  }

  /** Refused while connections use a source. Deletes the write keys first, so that each gets its own audit entry. */
  async removeAll(change: Change, workspaceId: string, rows: readonly SourceRow[]): Promise<void> {
    const where = { sourceId: Any(rows.map(({ id }) => id)) };
    const users = grouped(await change.manager.findBy(Connection, where), ({ sourceId }) => sourceId);
    for (const { id, name } of rows)
      refuseIfUsed(`The source ${name}`, [{ type: 'connection', rows: users.get(id) ?? [] }]);
    const keys = await change.manager.find(WriteKey, { where, order: { sourceId: 'ASC', id: 'ASC' } });
    await change.removeAll(WRITE_KEY, workspaceId, keys);
    await change.removeAll(SOURCE, workspaceId, rows);
  }
}

function columnsOf(workspaceId: string, { id = newId('src'), name, enabled = true }: NewSource) {
  return { id, workspaceId, name, enabled };
}

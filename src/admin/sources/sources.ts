import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Connection } from '../../database/entities/connection.entity.js';
import { SourceRow } from '../../database/entities/source.entity.js';
import { WriteKey } from '../../database/entities/write-key.entity.js';
import { newId } from '../../database/new-id.js';
import { type Change, type Kind } from '../changes/change.js';
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
    const { id = newId('src'), name, enabled = true } = values;
    return change.insert(SOURCE, workspaceId, { id, workspaceId, name, enabled });
  }

  async update(change: Change, workspaceId: string, id: string, values: UpdateSourceDto): Promise<SourceDto> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    return change.update(SOURCE, workspaceId, row, values);
  }

  /** Refused while connections use the source. Deletes its write keys first, so that each gets its own audit entry. */
  async remove(change: Change, workspaceId: string, id: string): Promise<void> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    const where = { sourceId: id };
    refuseIfUsed(`The source ${row.name}`, [
      { type: 'connection', rows: await change.manager.findBy(Connection, where) },
    ]);
    const keys = await change.manager.find(WriteKey, { where, order: { id: 'ASC' } });
    for (const key of keys) await change.remove(WRITE_KEY, workspaceId, key);
    await change.remove(SOURCE, workspaceId, row);
  }
}

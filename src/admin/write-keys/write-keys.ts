import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { storedPolicy } from '../../auth/keys/key-policy.js';
import { hashOf, prefixOf } from '../../database/credential.js';
import { WriteKey } from '../../database/entities/write-key.entity.js';
import { newId, randomText } from '../../database/new-id.js';
import { type Change } from '../changes/change.js';
import { type CreatedWriteKeyDto } from '../credentials/write-key-answer.dto.js';
import { WRITE_KEY, type WriteKeyView } from '../credentials/write-key-view.js';
import { hashText, retiredElsewhere } from '../changes/retired-identifiers.js';
import { notFound, Problem, problemWith } from '../problems/problem.js';
import { Sources } from '../sources/sources.js';
import { type CreateWriteKeyDto, type UpdateWriteKeyDto } from './write-key.dto.js';

/** The source of a write key, and the workspace to which the source must belong. */
export interface WriteKeyPlace {
  readonly workspaceId: string;
  readonly sourceId: string;
}

/** A key to insert. Only the hash and the visible prefix of its value are stored. */
export type NewWriteKey = Omit<CreateWriteKeyDto, 'value'> & {
  readonly hash: Buffer;
  readonly prefix: string;
  /** Its former id, when a deleted key is restored. */
  readonly id?: string;
};

/** A key to insert, with its source. */
export type NewKeyOfSource = NewWriteKey & Pick<WriteKeyPlace, 'sourceId'>;

/** Reads and changes write keys within a change; `Rotation` has the rotation. */
@Injectable()
export class WriteKeys {
  constructor(private readonly sources: Sources) {}

  /** Throws `not_found`, also for a key of another source or workspace. */
  async find(
    manager: EntityManager,
    { workspaceId, sourceId }: WriteKeyPlace,
    id: string,
  ): Promise<WriteKey> {
    await this.sources.find(manager, workspaceId, sourceId);
    const row = await manager.findOneBy(WriteKey, { id, sourceId });
    if (row === null) throw notFound('write key', id);
    return row;
  }

  /** Inserts a key with the given or a random value. The value is in this answer and stored nowhere. */
  async create(change: Change, place: WriteKeyPlace, body: CreateWriteKeyDto): Promise<CreatedWriteKeyDto> {
    const { value = randomText(32), ...fields } = body;
    const key = await this.add(change, place, { ...fields, hash: hashOf(value), prefix: prefixOf(value) });
    return { ...key, lastUsedAt: null, value };
  }

  /**
   * Inserts a key by its hash. Throws `duplicate` for a key that exists, and for one that another workspace has deleted: apps
   * of that workspace may still send with it. The problem is the same, so it tells nothing about an owner.
   */
  async add(
    change: Change,
    { workspaceId, sourceId }: WriteKeyPlace,
    key: NewWriteKey,
  ): Promise<WriteKeyView> {
    await this.sources.find(change.manager, workspaceId, sourceId);
    const inserted = await change.insert(WRITE_KEY, workspaceId, rowOf({ ...key, sourceId }));
    await this.refuseRetired(change, workspaceId, [key]);
    return inserted;
  }

  /** Inserts keys as `add` does, for sources of the workspace that this change has read or made. */
  async addAll(change: Change, workspaceId: string, keys: readonly NewKeyOfSource[]): Promise<void> {
    await change.insertAll(WRITE_KEY, workspaceId, keys.map(rowOf));
    await this.refuseRetired(change, workspaceId, keys);
  }

  async update(
    change: Change,
    place: WriteKeyPlace,
    id: string,
    body: UpdateWriteKeyDto,
  ): Promise<WriteKeyView> {
    const row = await this.find(change.manager, place, id);
    change.expect(row);
    if (row.revokedAt !== null) throw new Problem('conflict', `The write key ${row.name} is revoked`);
    return change.update(WRITE_KEY, place.workspaceId, row, columnsOf(body));
  }

  /** Changes live keys that this change has read. */
  async updateAll(
    change: Change,
    workspaceId: string,
    edits: readonly { readonly row: WriteKey; readonly body: UpdateWriteKeyDto }[],
  ): Promise<void> {
    const columns = edits.map(({ row, body }) => ({ row, values: columnsOf(body) }));
    await change.updateAll(WRITE_KEY, workspaceId, columns);
  }

  /** Stops a key on every instance for good. Revoking a revoked key changes nothing. */
  async revoke(change: Change, place: WriteKeyPlace, id: string): Promise<WriteKeyView> {
    const row = await this.find(change.manager, place, id);
    if (row.revokedAt !== null) return WRITE_KEY.view(row);
    return change.update(WRITE_KEY, place.workspaceId, row, { revokedAt: new Date() }, 'revoke');
  }

  /** Deletes a key with its usage counts; a live key stops working. */
  async remove(change: Change, place: WriteKeyPlace, id: string): Promise<void> {
    const row = await this.find(change.manager, place, id);
    change.expect(row);
    await change.remove(WRITE_KEY, place.workspaceId, row);
  }

  /** Runs after the insert, which waits for a change that is deleting one of these keys. */
  private async refuseRetired(
    { manager }: Change,
    workspaceId: string,
    keys: readonly NewWriteKey[],
  ): Promise<void> {
    const hashes = keys.map(({ hash }) => hashText(hash));
    const retired = await retiredElsewhere(manager, workspaceId, hashes);
    if (retired.size > 0)
      throw problemWith('duplicate', [{ pointer: '/value', detail: 'This write key exists already' }]);
  }
}

const rowOf = ({ id = newId('wkey'), sourceId, hash, prefix, ...fields }: NewKeyOfSource) => ({
  id,
  sourceId,
  hash,
  prefix,
  ...columnsOf(fields),
});

/** The columns for the fields of a body that are given. */
function columnsOf({ name, expiresAt, ...policy }: UpdateWriteKeyDto): Partial<WriteKey> {
  return {
    ...(name !== undefined && { name }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
    ...storedPolicy(policy),
  };
}

import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { networkOf } from '../../auth/keys/networks.js';
import { originPatternOf } from '../../auth/keys/origins.js';
import { hashOf, prefixOf } from '../../database/credential.js';
import { WRITE_KEY_SCOPES, WriteKey } from '../../database/entities/write-key.entity.js';
import { newId, randomText } from '../../database/new-id.js';
import { type Change } from '../changes/change.js';
import { notFound, Problem } from '../problems/problem.js';
import { Sources } from '../sources/sources.js';
import { type CreatedWriteKeyDto } from '../credentials/write-key-answer.dto.js';
import { type CreateWriteKeyDto, type UpdateWriteKeyDto } from './write-key.dto.js';
import { WRITE_KEY, type WriteKeyView } from '../credentials/write-key-view.js';

/** Where write keys are: a source, and the workspace that has to have it. */
export interface WriteKeyPlace {
  readonly workspaceId: string;
  readonly sourceId: string;
}

/** Of a key's value only the hash and the part that people see are stored. */
export type NewWriteKey = Omit<CreateWriteKeyDto, 'value'> & {
  readonly hash: Buffer;
  readonly prefix: string;
  /** An id of old, when the key is made again. */
  readonly id?: string;
};

/** What can be done with write keys, inside a change; rotating one is a thing of its own (`Rotation`). */
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

  /** Makes a key of a given or of a random value, which nobody can be told again. */
  async create(change: Change, place: WriteKeyPlace, body: CreateWriteKeyDto): Promise<CreatedWriteKeyDto> {
    const { value = randomText(32), ...fields } = body;
    const key = await this.add(change, place, { ...fields, hash: hashOf(value), prefix: prefixOf(value) });
    return { ...key, lastUsedAt: null, value };
  }

  /** Makes a key whose value need not be known here. */
  async add(
    change: Change,
    { workspaceId, sourceId }: WriteKeyPlace,
    key: NewWriteKey,
  ): Promise<WriteKeyView> {
    await this.sources.find(change.manager, workspaceId, sourceId);
    const { id = newId('wkey'), hash, prefix, ...fields } = key;
    return change.insert(WRITE_KEY, workspaceId, { id, sourceId, hash, prefix, ...columnsOf(fields) });
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

  /** Stops a key on every instance; once it is revoked nothing more happens. */
  async revoke(change: Change, place: WriteKeyPlace, id: string): Promise<WriteKeyView> {
    const row = await this.find(change.manager, place, id);
    if (row.revokedAt !== null) return WRITE_KEY.view(row);
    return change.update(WRITE_KEY, place.workspaceId, row, { revokedAt: new Date() }, 'revoke');
  }

  /** For good, together with what was counted of it; a live key stops working by that. */
  async remove(change: Change, place: WriteKeyPlace, id: string): Promise<void> {
    const row = await this.find(change.manager, place, id);
    change.expect(row);
    await change.remove(WRITE_KEY, place.workspaceId, row);
  }
}

/** The fields of a body in the one form in which they are stored, so that equal ones compare equal. */
function columnsOf(fields: UpdateWriteKeyDto): Partial<WriteKey> {
  const { name, expiresAt, scopes, allowedOrigins, allowedCidrs, rateLimit } = fields;
  return {
    ...(name !== undefined && { name }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
    ...(scopes && { scopes: WRITE_KEY_SCOPES.filter((scope) => scopes.includes(scope)) }),
    ...(allowedOrigins && { allowedOrigins: each(allowedOrigins, originPatternOf) }),
    ...(allowedCidrs && { allowedCidrs: each(allowedCidrs, networkOf) }),
    ...(rateLimit !== undefined && { rateLimit }),
  };
}

/** An entry without a form stays as it is and admits nobody: a list that lost its last entry would admit everybody. */
const each = (texts: readonly string[], form: (text: string) => string | undefined): string[] => [
  ...new Set(texts.map((text) => form(text) ?? text)),
];

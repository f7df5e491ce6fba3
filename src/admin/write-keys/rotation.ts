import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { policyIn } from '../../auth/keys/key-policy.js';
import { WriteKey } from '../../database/entities/write-key.entity.js';
import { type Change } from '../changes/change.js';
import { statusOf } from '../credentials/credential-status.js';
import { type RotatedWriteKeyDto } from '../credentials/write-key-answer.dto.js';
import { WRITE_KEY } from '../credentials/write-key-view.js';
import { Problem } from '../problems/problem.js';
import { withLastUse } from './last-use.js';
import { type RotateWriteKeyDto } from './write-key.dto.js';
import { type WriteKeyPlace, WriteKeys } from './write-keys.js';

const HOUR_MS = 3_600_000;
const DEFAULT_OVERLAP_HOURS = 24;

/** Replaces a write key by a new one, with an overlap in which both work (DESIGN 5.6). */
@Injectable()
export class Rotation {
  constructor(private readonly keys: WriteKeys) {}

  /**
   * The new key gets the name and policy of the old one, and its expiry unless the body has another. The old key is renamed,
   * because names of live keys are unique, and expires when the overlap ends or at its own earlier time.
   */
  async rotate(
    change: Change,
    place: WriteKeyPlace,
    id: string,
    body: RotateWriteKeyDto,
  ): Promise<RotatedWriteKeyDto> {
    const old = await this.keys.find(change.manager, place, id);
    change.expect(old);
    const status = statusOf(old);
    if (status !== 'live')
      throw new Problem('conflict', `The write key ${old.name} is ${status}: make a new one`);
    const { value, overlapHours = DEFAULT_OVERLAP_HOURS, expiresAt = textOf(old.expiresAt) } = body;
    const ending = {
      name: await this.freeNameFor(change.manager, old),
      expiresAt: earlier(old.expiresAt, new Date(Date.now() + overlapHours * HOUR_MS)),
    };
    const replaced = await change.update(WRITE_KEY, place.workspaceId, old, ending, 'rotate');
    const created = await this.keys.create(change, place, {
      name: old.name,
      expiresAt,
      ...policyIn(old),
      ...(value !== undefined && { value }),
    });
    return Object.assign({ replaced: await withLastUse(change.manager, replaced) }, created);
  }

  /** A name for the old key: its own, shortened, with the time, and a number when an earlier rotation took that name. */
  private async freeNameFor(manager: EntityManager, { sourceId, name }: WriteKey): Promise<string> {
    const time = new Date().toISOString().replace(/\.\d+/, '');
    const first = `${Array.from(name).slice(0, 60).join('')} (replaced ${time})`;
    let free = first;
    for (let number = 2; await manager.existsBy(WriteKey, { sourceId, name: free }); number += 1)
      free = `${first} ${number}`;
    return free;
  }
}

const textOf = (time: Date | null): string | null => time && time.toISOString();

const earlier = (one: Date | null, other: Date): Date => (one !== null && one < other ? one : other);

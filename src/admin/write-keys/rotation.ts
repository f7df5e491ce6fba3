import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { WriteKey } from '../../database/entities/write-key.entity.js';
import { type Change } from '../changes/change.js';
import { Problem } from '../problems/problem.js';
import { withLastUse } from './last-use.js';
import { type RotatedWriteKeyDto } from '../credentials/write-key-answer.dto.js';
import { type RotateWriteKeyDto } from './write-key.dto.js';
import { statusOf, WRITE_KEY } from '../credentials/write-key-view.js';
import { type WriteKeyPlace, WriteKeys } from './write-keys.js';

const HOUR_MS = 3_600_000;
const DEFAULT_OVERLAP_HOURS = 24;

/** Replaces write keys by new ones, with a time in which both work (DESIGN 5.6). */
@Injectable()
export class Rotation {
  constructor(private readonly keys: WriteKeys) {}

  /**
   * The new key takes over name, restrictions and, unless told otherwise, expiry. The old one gives its name away, because
   * names of live keys are unique, and ends after the overlap or when it would have ended before.
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
      name: await this.nameAfter(change.manager, old),
      expiresAt: earlier(old.expiresAt, new Date(Date.now() + overlapHours * HOUR_MS)),
    };
    const replaced = await change.update(WRITE_KEY, place.workspaceId, old, ending, 'rotate');
    const { name, scopes, allowedOrigins, allowedCidrs, rateLimit } = old;
    const restrictions = { scopes, allowedOrigins, allowedCidrs, rateLimit };
    const created = await this.keys.create(change, place, {
      name,
      expiresAt,
      ...restrictions,
      ...(value !== undefined && { value }),
    });
    return Object.assign({ replaced: await withLastUse(change.manager, replaced) }, created);
  }

  /** Its name, shortened where it is long, with the time; and a number when that is taken by a rotation a moment ago. */
  private async nameAfter(manager: EntityManager, { sourceId, name }: WriteKey): Promise<string> {
    const time = new Date().toISOString().replace(/\.\d+/, '');
    const wanted = `${Array.from(name).slice(0, 60).join('')} (replaced ${time})`;
    let free = wanted;
    for (let number = 2; await manager.existsBy(WriteKey, { sourceId, name: free }); number += 1)
      free = `${wanted} ${number}`;
    return free;
  }
}

const textOf = (time: Date | null): string | null => time && time.toISOString();

const earlier = (one: Date | null, other: Date): Date => (one !== null && one < other ? one : other);

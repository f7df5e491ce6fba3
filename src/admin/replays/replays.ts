import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Destination } from '../../database/entities/destination.entity.js';
import { Replay, type ReplayState } from '../../database/entities/replay.entity.js';
import { SourceRow } from '../../database/entities/source.entity.js';
import { newId } from '../../database/new-id.js';
import { type ReplayCriteria } from '../../destinations/replay/history/criteria.js';
import { type ReplayPlan } from '../../destinations/replay/history/history.js';
import { type Change, type Kind } from '../changes/change.js';
import { invalid, notFound, Problem } from '../problems/problem.js';
import { type CreateReplayDto } from './create-replay.dto.js';
import { type ReplayDto } from './replay.dto.js';
import { replayView } from './replay-view.js';

export const REPLAY: Kind<Replay, ReplayDto> = { type: 'replay', entity: Replay, view: replayView };

/** Most replays of a workspace that have not ended. Each makes the workers read. */
const MAX_OPEN = 20;

/** Reads and changes replays, inside a change. */
@Injectable()
export class Replays {
  async find(manager: EntityManager, workspaceId: string, id: string): Promise<Replay> {
    const row = await manager.findOneBy(Replay, { id, workspaceId });
    if (row === null) throw notFound('replay', id);
    return row;
  }

  /** The criteria in a body. Throws `invalid_request` for an empty period, and for ids that the workspace does not have. */
  async criteria(
    manager: EntityManager,
    workspaceId: string,
    body: CreateReplayDto,
  ): Promise<ReplayCriteria> {
    const { destinationId, sourceIds, types, events, onlyFailed = false } = body;
    const [from, to] = [new Date(body.from), new Date(Math.min(Date.parse(body.to), Date.now()))];
    if (from >= to) throw invalid('/from', 'from must be before to, and in the past');
    await requireDestination(manager, workspaceId, destinationId);
    const known = sourceIds && (await manager.findBy(SourceRow, { workspaceId, id: In(sourceIds) }));
    const missing = sourceIds?.findIndex((id) => known?.every((source) => source.id !== id)) ?? -1;
    if (missing !== -1)
      throw invalid(`/sourceIds/${missing}`, `The workspace has no source ${sourceIds?.[missing]}`);
    return {
      ...(sourceIds && { sourceIds }),
      from: from.toISOString(),
      to: to.toISOString(),
      ...(types && { types }),
      ...(events && { events }),
      onlyFailed,
    };
  }

  async create(
    change: Change,
    workspaceId: string,
    { destinationId, rateLimit }: CreateReplayDto,
    criteria: ReplayCriteria,
    plan: ReplayPlan,
  ): Promise<ReplayDto> {
    const { manager } = change;
    // The destination may have been deleted since the criteria were checked.
    await requireDestination(manager, workspaceId, destinationId);
    const open = await manager.countBy(Replay, { workspaceId, state: In(['running', 'paused']) });
    if (open >= MAX_OPEN)
      throw new Problem(
        'conflict',
        `${MAX_OPEN} replays of the workspace have not ended: wait for them, or cancel some`,
      );
    const values = { workspaceId, destinationId, criteria, plan, rateLimit: rateLimit ?? null };
    return change.insert(REPLAY, workspaceId, { id: newId('rpl'), ...values, state: 'running' });
  }

  pause(change: Change, workspaceId: string, id: string): Promise<ReplayDto> {
    return this.change(change, workspaceId, id, 'paused', 'pause');
  }

  resume(change: Change, workspaceId: string, id: string): Promise<ReplayDto> {
    return this.change(change, workspaceId, id, 'running', 'resume');
  }

  cancel(change: Change, workspaceId: string, id: string): Promise<ReplayDto> {
    return this.change(change, workspaceId, id, 'cancelled', 'cancel');
  }

  /** Locks the row first, because a worker may be completing the replay. Setting the state that it has changes nothing. */
  private async change(
    change: Change,
    workspaceId: string,
    id: string,
    state: ReplayState,
    action: string,
  ): Promise<ReplayDto> {
    const lock = { mode: 'pessimistic_write' } as const;
    const row = await change.manager.findOne(Replay, { where: { id, workspaceId }, lock });
    if (row === null) throw notFound('replay', id);
    change.expect(row);
    if (row.state !== state && row.state !== 'running' && row.state !== 'paused')
      throw new Problem('conflict', `The replay is ${row.state}`);
    const ended = state === 'cancelled' && row.state !== state ? { endedAt: new Date() } : {};
    return change.update(REPLAY, workspaceId, row, { state, ...ended }, action);
  }
}

async function requireDestination(manager: EntityManager, workspaceId: string, id: string): Promise<void> {
  if (!(await manager.existsBy(Destination, { id, workspaceId })))
    throw invalid('/destinationId', `The workspace has no destination ${id}`);
}

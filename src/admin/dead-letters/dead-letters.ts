import { Injectable } from '@nestjs/common';
import { type EntityManager, type FindOptionsWhere, IsNull, Not } from 'typeorm';
import { Config } from '../../config/config.js';
import { DeadLetter } from '../../database/entities/dead-letter.entity.js';
import { Destination } from '../../database/entities/destination.entity.js';
import {
  type Chosen,
  discardDeadLetters,
  redeliver,
  waitingUpTo,
} from '../../destinations/delivery/ledger/redelivery.js';
import { type Actor } from '../access/actor.js';
import { type Change } from '../changes/change.js';
import { type Page, pageOf } from '../paging/page.js';
import { inTimeRange } from '../paging/time-range.js';
import { invalid, notFound, Problem } from '../problems/problem.js';
import { limitsOf, storedQuotas } from '../quota-rules/quota-limits.js';
import { useOf } from '../quota-rules/quota-use.js';
import { type DeadLetterQuery } from './dead-letter.query.dto.js';
import { type DeadLetterDto, type DeadLetterWithEventDto, type RedeliverDto } from './dead-letter.dto.js';
import { deadLetterView, withEvent } from './dead-letter-view.js';

/** Most ids in an audit entry, which always has the total number. */
const MAX_LISTED = 20;

/** The destination of dead letters, and its workspace. */
export interface DeadLetterPlace {
  readonly workspaceId: string;
  readonly destinationId: string;
}

/** Reads, redelivers and discards dead letters. Throws `not_found` for those of another workspace. */
@Injectable()
export class DeadLetters {
  constructor(private readonly config: Config) {}

  async list(
    manager: EntityManager,
    place: DeadLetterPlace,
    query: DeadLetterQuery,
    actor: Actor,
  ): Promise<Page<DeadLetterDto>> {
    await this.mustExist(manager, place);
    const kind = { entity: DeadLetter, view: (row: DeadLetter) => deadLetterView(row, actor) };
    return pageOf(manager, kind, whereOf(place.destinationId, query), query, 'DESC');
  }

  async read(
    manager: EntityManager,
    place: DeadLetterPlace,
    id: string,
    actor: Actor,
  ): Promise<DeadLetterWithEventDto> {
    await this.mustExist(manager, place);
    const found = await manager
      .createQueryBuilder(DeadLetter, 'letter')
      .addSelect('letter.event')
      .where({ id, destinationId: place.destinationId })
      .getOne();
    if (found === null) throw notFound('dead letter', id);
    return withEvent(found, actor);
  }

  async redeliverOne(change: Change, place: DeadLetterPlace, id: string): Promise<number> {
    const redelivered = await this.redeliver(change, place, { ids: [id] });
    if (redelivered === 0) throw notFound('dead letter', id);
    return redelivered;
  }

  redeliverMany(change: Change, place: DeadLetterPlace, { ids, all, reason }: RedeliverDto): Promise<number> {
    if ((ids === undefined) === (all === undefined))
      throw invalid('', 'Send either ids, or all with or without a reason');
    if (ids !== undefined && reason !== undefined)
      throw invalid('/reason', 'reason is allowed only with all');
    return this.redeliver(change, place, ids ? { ids } : { reason, redelivered: false });
  }

  async discardOne(change: Change, place: DeadLetterPlace, id: string): Promise<void> {
    const discarded = await this.discard(change, place, { ids: [id] });
    if (discarded === 0) throw notFound('dead letter', id);
  }

  async discard(change: Change, place: DeadLetterPlace, chosen: Chosen): Promise<number> {
    await this.mustExist(change.manager, place);
    const discarded = await discardDeadLetters(change.manager, place.destinationId, chosen);
    if (discarded > 0) this.note(change, place, 'discard_dead_letters', { discarded, ...detailsOf(chosen) });
    return discarded;
  }

  private async redeliver(change: Change, place: DeadLetterPlace, chosen: Chosen): Promise<number> {
    await this.mustExist(change.manager, place);
    await this.mustHaveRoom(change.manager, place);
    const redelivered = await redeliver(change.manager, place.destinationId, chosen);
    if (redelivered > 0)
      this.note(change, place, 'redeliver_dead_letters', { redelivered, ...detailsOf(chosen) });
    return redelivered;
  }

  /** Writes one audit entry for the action, on the destination, for any number of events. */
  private note(
    change: Change,
    { workspaceId, destinationId }: DeadLetterPlace,
    action: string,
    after: object,
  ): void {
    change.note('destination', { action, workspaceId, resourceId: destinationId, after });
  }

  /** Without this, redeliveries of the same dead letters could fill Postgres. */
  private async mustHaveRoom(
    manager: EntityManager,
    { workspaceId, destinationId }: DeadLetterPlace,
  ): Promise<void> {
    const most = this.config.WAITING_DELIVERIES_MAX;
    if ((await waitingUpTo(manager, destinationId, most)) >= most)
      throw waitFor(`${most} deliveries of the destination`);
    const { waitingDeliveries: quota } = limitsOf(this.config, await storedQuotas(manager, workspaceId));
    const { waitingDeliveries } = await useOf(manager, workspaceId, ['waitingDeliveries'], quota);
    if (waitingDeliveries >= quota) throw waitFor(`${quota} deliveries of the workspace, its quota,`);
  }

  private async mustExist(
    manager: EntityManager,
    { workspaceId, destinationId: id }: DeadLetterPlace,
  ): Promise<void> {
    if (!(await manager.existsBy(Destination, { id, workspaceId }))) throw notFound('destination', id);
  }
}

const waitFor = (deliveries: string): Problem =>
  new Problem('conflict', `${deliveries} wait for an attempt: redeliver once there are fewer`);

const detailsOf = ({ ids, reason }: Chosen): object => ({
  ...(ids && { ids: ids.slice(0, MAX_LISTED) }),
  ...(reason !== undefined && { reason }),
});

function whereOf(destinationId: string, query: DeadLetterQuery): FindOptionsWhere<DeadLetter> {
  const { reason, eventType, eventName, from, to, redelivered } = query;
  const redeliveredAt = redelivered === undefined ? undefined : redelivered ? Not(IsNull()) : IsNull();
  const given = { reason, eventType, eventName, deadAt: inTimeRange(from, to), redeliveredAt };
  const conditions = Object.entries(given).filter(([, value]) => value !== undefined);
  return { destinationId, ...Object.fromEntries(conditions) };
}

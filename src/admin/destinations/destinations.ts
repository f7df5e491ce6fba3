import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Connection } from '../../database/entities/connection.entity.js';
import { Destination } from '../../database/entities/destination.entity.js';
import { newId } from '../../database/new-id.js';
import { deliveryOutcomes } from '../../metrics/counters.js';
import { type Change, type Kind } from '../changes/change.js';
import { refuseIfUsed } from '../problems/in-use.js';
import { notFound } from '../problems/problem.js';
import {
  type CreateDestinationDto,
  type DestinationDto,
  type UpdateDestinationDto,
} from './destination.dto.js';
import { type VettedSettings, DestinationSettings } from './destination-settings.js';
import { destinationView } from './destination-view.js';
import { discardRest } from './waiting-deliveries.js';

/** Pause reason of a destination that an administrator paused. The delivery worker sets every other reason. */
export const PAUSED_BY_ADMINISTRATOR = 'paused by an administrator';

const RESUMED = { pausedAt: null, pauseReason: null };

/** A body whose settings were checked before the change began. */
type Checked<Body> = Omit<Body, 'settings'> & { readonly settings: VettedSettings };
export type NewDestination = Checked<CreateDestinationDto>;
export type DestinationUpdate = Omit<UpdateDestinationDto, 'settings'> & Partial<Checked<object>>;

/** Reads and changes destinations, inside a change. */
@Injectable()
export class Destinations {
  readonly kind: Kind<Destination, DestinationDto>;

  constructor(private readonly settings: DestinationSettings) {
    this.kind = {
      type: 'destination',
      entity: Destination,
      view: (row) => destinationView(row, settings.shown(row), settings.isForbidden(row.type)),
    };
  }

  async find(manager: EntityManager, workspaceId: string, id: string): Promise<Destination> {
    const row = await manager.findOneBy(Destination, { id, workspaceId });
    if (row === null) throw notFound('destination', id);
    return row;
  }

  /** Keeps the worker from pausing the row between this reading and the change, which would outlive the change. */
  private async locked({ manager }: Change, workspaceId: string, id: string): Promise<Destination> {
    const row = await manager.findOne(Destination, {
      where: { id, workspaceId },
      lock: { mode: 'pessimistic_write' },
    });
    if (row === null) throw notFound('destination', id);
    return row;
  }

  create(
    change: Change,
    workspaceId: string,
    { type, name, enabled = true, retryDelaysSeconds = null, settings }: NewDestination,
    id = newId('dst'),
  ): Promise<DestinationDto> {
    const columns = this.settings.columns(type, id, settings);
    const values = { id, workspaceId, type, name, enabled, retryDelaysSeconds, ...columns };
    return change.insert(this.kind, workspaceId, values);
  }

  /** New settings end a pause that the delivery worker made, because they may have repaired the refused credentials. */
  async update(
    change: Change,
    workspaceId: string,
    id: string,
    { settings, ...values }: DestinationUpdate,
  ): Promise<DestinationDto> {
    const row = await this.locked(change, workspaceId, id);
    change.expect(row);
    if (settings === undefined) return change.update(this.kind, workspaceId, row, values);
    const { columns, secretsChanged } = this.settings.changed(row, settings);
    const isOther = secretsChanged.length > 0 || !isDeepStrictEqual(columns.settings, row.settings);
    const resumed = isOther && row.pauseReason !== PAUSED_BY_ADMINISTRATOR ? RESUMED : {};
    const also = secretsChanged.length > 0 ? { secretsChanged } : {};
    return change.update(this.kind, workspaceId, row, { ...values, ...columns, ...resumed }, 'update', also);
  }

  /** Refused while connections lead to it, and while deliveries wait unless they may be discarded. Deletes its dead letters. */
  async remove(change: Change, workspaceId: string, id: string, mayDiscard: boolean): Promise<void> {
    const row = await this.locked(change, workspaceId, id);
    change.expect(row);
    const rows = await change.manager.findBy(Connection, { destinationId: id });
    refuseIfUsed(`The destination ${row.name}`, [{ type: 'connection', rows }]);
    const discarded = await discardRest(change.manager, row, mayDiscard);
    await change.remove(this.kind, workspaceId, row, { discarded });
    const labels = { type: row.type, outcome: 'discarded', reason: 'destination_deleted' };
    change.afterwards.push(() => deliveryOutcomes.inc(labels, discarded.waiting));
  }

  async pause(change: Change, workspaceId: string, id: string): Promise<DestinationDto> {
    const row = await this.locked(change, workspaceId, id);
    change.expect(row);
    const pausedAt = row.pausedAt ?? new Date();
    const values = { pausedAt, pauseReason: PAUSED_BY_ADMINISTRATOR };
    return change.update(this.kind, workspaceId, row, values, 'pause');
  }

  async resume(change: Change, workspaceId: string, id: string): Promise<DestinationDto> {
    const row = await this.locked(change, workspaceId, id);
    change.expect(row);
    return change.update(this.kind, workspaceId, row, RESUMED, 'resume');
  }
}

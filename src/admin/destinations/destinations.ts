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
import { DestinationSettings } from './destination-settings.js';
import { destinationView } from './destination-view.js';
import { discardRest } from './waiting-deliveries.js';

/** Why a destination is paused that a person has paused; every other reason is one that the delivery found. */
export const PAUSED_BY_ADMINISTRATOR = 'paused by an administrator';

const RESUMED = { pausedAt: null, pauseReason: null };

/** What can be done with destinations, inside a change. Addresses are judged before it: `DestinationSettings.refuseAddresses`. */
@Injectable()
export class Destinations {
  readonly kind: Kind<Destination, DestinationDto>;

  constructor(private readonly settings: DestinationSettings) {
    this.kind = {
      type: 'destination',
      entity: Destination,
      view: (row) => destinationView(row, settings.shown(row)),
    };
  }

  async find(manager: EntityManager, workspaceId: string, id: string): Promise<Destination> {
    const row = await manager.findOneBy(Destination, { id, workspaceId });
    if (row === null) throw notFound('destination', id);
    return row;
  }

  create(
    change: Change,
    workspaceId: string,
    { type, name, enabled = true, retryDelaysSeconds = null, settings }: CreateDestinationDto,
    id = newId('dst'),
  ): Promise<DestinationDto> {
    const columns = this.settings.columns(type, id, settings);
    const values = { id, workspaceId, type, name, enabled, retryDelaysSeconds, ...columns };
    return change.insert(this.kind, workspaceId, values);
  }

  /** Other settings end a pause that the delivery made: they may have mended what was refused. */
  async update(
    change: Change,
    workspaceId: string,
    id: string,
    { settings, ...values }: UpdateDestinationDto,
  ): Promise<DestinationDto> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    if (settings === undefined) return change.update(this.kind, workspaceId, row, values);
    const { columns, secretsChanged } = this.settings.changed(row, settings);
    const isOther = secretsChanged.length > 0 || !isDeepStrictEqual(columns.settings, row.settings);
    const resumed = isOther && row.pauseReason !== PAUSED_BY_ADMINISTRATOR ? RESUMED : {};
    const also = secretsChanged.length > 0 ? { secretsChanged } : {};
    return change.update(this.kind, workspaceId, row, { ...values, ...columns, ...resumed }, 'update', also);
  }

  /** Connections keep it from going, and so do deliveries that wait, unless they may be discarded; its dead letters go with it. */
  async remove(change: Change, workspaceId: string, id: string, mayDiscard: boolean): Promise<void> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    const rows = await change.manager.findBy(Connection, { destinationId: id });
    refuseIfUsed(`The destination ${row.name}`, [{ type: 'connection', rows }]);
    const discarded = await discardRest(change.manager, row, mayDiscard);
    await change.remove(this.kind, workspaceId, row, { discarded });
    const labels = { type: row.type, outcome: 'discarded', reason: 'destination_deleted' };
    change.afterwards.push(() => deliveryOutcomes.inc(labels, discarded.waiting));
  }

  async pause(change: Change, workspaceId: string, id: string): Promise<DestinationDto> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    const pausedAt = row.pausedAt ?? new Date();
    const values = { pausedAt, pauseReason: PAUSED_BY_ADMINISTRATOR };
    return change.update(this.kind, workspaceId, row, values, 'pause');
  }

  async resume(change: Change, workspaceId: string, id: string): Promise<DestinationDto> {
    const row = await this.find(change.manager, workspaceId, id);
    change.expect(row);
    return change.update(this.kind, workspaceId, row, RESUMED, 'resume');
  }
}

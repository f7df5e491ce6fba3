import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Any, type EntityManager } from 'typeorm';
import { Connection } from '../../database/entities/connection.entity.js';
import { Destination } from '../../database/entities/destination.entity.js';
import { newId } from '../../database/new-id.js';
import { deliveryOutcomes } from '../../metrics/counters.js';
import { mapInTurns } from '../../resilience/map-in-turns.js';
import { type Change, type Edit, type Kind } from '../changes/change.js';
import { grouped } from '../changes/grouped.js';
import { refuseIfUsed } from '../problems/in-use.js';
import { notFound } from '../problems/problem.js';
import {
  type CreateDestinationDto,
  type DestinationDto,
  type UpdateDestinationDto,
} from './destination.dto.js';
import { type VettedSettings, DestinationSettings } from './destination-settings.js';
import { destinationView } from './destination-view.js';
import { lockedDestination, lockedDestinations } from './locked-destinations.js';
import { discardedOf, discardRest } from './waiting-deliveries.js';

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

  create(
    change: Change,
    workspaceId: string,
    body: NewDestination,
    id = newId('dst'),
  ): Promise<DestinationDto> {
    return change.insert(this.kind, workspaceId, this.newRow(workspaceId, body, id));
  }

  async createAll(
    change: Change,
    workspaceId: string,
    list: readonly (NewDestination & { readonly id?: string })[],
  ): Promise<DestinationDto[]> {
    const rows = await mapInTurns(list, ({ id, ...body }) => this.newRow(workspaceId, body, id));
    return change.insertAll(this.kind, workspaceId, rows);
  }

  async update(
    change: Change,
    workspaceId: string,
    id: string,
    body: DestinationUpdate,
  ): Promise<DestinationDto> {
    const row = await lockedDestination(change.manager, workspaceId, id);
    change.expect(row);
    const { values, also } = this.edit(row, body);
    return change.update(this.kind, workspaceId, row, values, 'update', also);
  }

  /** Changes destinations, of which the body of each id has the new values. */
  async updateAll(
    change: Change,
    workspaceId: string,
    bodies: ReadonlyMap<string, DestinationUpdate>,
  ): Promise<void> {
    const rows = await lockedDestinations(change.manager, workspaceId, [...bodies.keys()]);
    const edits = await mapInTurns(rows, (row) => this.edit(row, bodies.get(row.id) ?? {}));
    await change.updateAll(this.kind, workspaceId, edits);
  }

  async remove(change: Change, workspaceId: string, id: string, mayDiscard: boolean): Promise<void> {
    const row = await lockedDestination(change.manager, workspaceId, id);
    change.expect(row);
    await this.removeAll(change, workspaceId, [row], mayDiscard);
  }

  /** Refused while connections lead to one, and while deliveries wait unless they may be discarded. Deletes the dead letters. */
  async removeAll(
    change: Change,
    workspaceId: string,
    rows: readonly Destination[],
    mayDiscard: boolean,
  ): Promise<void> {
    const where = { destinationId: Any(rows.map(({ id }) => id)) };
    const users = grouped(await change.manager.findBy(Connection, where), (row) => row.destinationId);
    for (const { id, name } of rows)
      refuseIfUsed(`The destination ${name}`, [{ type: 'connection', rows: users.get(id) ?? [] }]);
    const discarded = await discardRest(change.manager, rows, mayDiscard);
    await change.removeAll(this.kind, workspaceId, rows, ({ id }) => ({
      discarded: discardedOf(discarded, id),
    }));
    change.afterwards.push(() => {
      for (const { id, type } of rows) {
        const labels = { type, outcome: 'discarded', reason: 'destination_deleted' };
        deliveryOutcomes.inc(labels, discardedOf(discarded, id).waiting);
      }
    });
  }

  async pause(change: Change, workspaceId: string, id: string): Promise<DestinationDto> {
    const row = await lockedDestination(change.manager, workspaceId, id);
    change.expect(row);
    const pausedAt = row.pausedAt ?? new Date();
    const values = { pausedAt, pauseReason: PAUSED_BY_ADMINISTRATOR };
    return change.update(this.kind, workspaceId, row, values, 'pause');
  }

  async resume(change: Change, workspaceId: string, id: string): Promise<DestinationDto> {
    const row = await lockedDestination(change.manager, workspaceId, id);
    change.expect(row);
    return change.update(this.kind, workspaceId, row, RESUMED, 'resume');
  }

  private newRow(
    workspaceId: string,
    { type, name, enabled = true, retryDelaysSeconds = null, settings }: NewDestination,
    id = newId('dst'),
  ): Partial<Destination> & { id: string } {
    const columns = this.settings.columns(type, id, settings);
    return { id, workspaceId, type, name, enabled, retryDelaysSeconds, ...columns };
  }

  /** New settings end a pause that the delivery worker made, because they may have repaired the refused credentials. */
  private edit(row: Destination, { settings, ...values }: DestinationUpdate): Edit<Destination> {
    if (settings === undefined) return { row, values };
    const { columns, secretsChanged } = this.settings.changed(row, settings);
    const isOther = secretsChanged.length > 0 || !isDeepStrictEqual(columns.settings, row.settings);
    const resumed = isOther && row.pauseReason !== PAUSED_BY_ADMINISTRATOR ? RESUMED : {};
    const also = secretsChanged.length > 0 ? { secretsChanged } : {};
    return { row, values: { ...values, ...columns, ...resumed }, also };
  }
}

import { Injectable } from '@nestjs/common';
import { mapInTurns } from '../../resilience/map-in-turns.js';
import { type Change } from '../changes/change.js';
import { grouped } from '../changes/grouped.js';
import { CONNECTION, Connections } from '../connections/connections.js';
import { type VettedSettings } from '../destinations/destination-settings.js';
import { Destinations } from '../destinations/destinations.js';
import { lockedDestinations } from '../destinations/locked-destinations.js';
import { SOURCE, Sources } from '../sources/sources.js';
import { WRITE_KEY } from '../credentials/write-key-view.js';
import { WriteKeys } from '../write-keys/write-keys.js';
import { type DestinationEntryDto } from './document/destination-entry.dto.js';
import { connectionDiffers, keyDiffers, sourceDiffers, toWrite } from './plan/differences.js';
import { newKey, restrictions } from './plan/key-values.js';
import { namesToRelease } from './plan/pairing.js';
import { type Plan } from './plan/plan.js';

/** Where a plan is applied, and how. */
export interface Target {
  readonly change: Change;
  readonly workspaceId: string;
  /** Whether waiting deliveries may be discarded when their destination is deleted. */
  readonly mayDiscard: boolean;
}

type Ids = ReadonlyMap<string, string>;

/** The settings that each destination of the document is to have, checked before the change began. */
export type SettingsByEntry = ReadonlyMap<DestinationEntryDto, VettedSettings>;

/**
 * Applies a plan through the services that also serve the routes of the resources. Deletes first, connections before their
 * sources and destinations. Then changes existing rows before it creates new ones, so that a name is free when a new row takes
 * it. Rows whose names pass to other existing rows release them beforehand.
 */
@Injectable()
export class PlanWriter {
  constructor(
    private readonly sources: Sources,
    private readonly keys: WriteKeys,
    private readonly destinations: Destinations,
    private readonly connections: Connections,
  ) {}

  async apply(target: Target, plan: Plan, settings: SettingsByEntry): Promise<void> {
    await this.removeSurplus(target, plan);
    const sourceIds = await this.writeSources(target, plan);
    await this.writeKeys(target, plan, sourceIds);
    const destinationIds = await this.writeDestinations(target, plan, settings);
    await this.writeConnections(target, plan, { sourceIds, destinationIds });
  }

  private async removeSurplus({ change, workspaceId, mayDiscard }: Target, plan: Plan): Promise<void> {
    const { connections, keys, sources, destinations } = plan;
    await change.removeAll(CONNECTION, workspaceId, connections.surplus);
    await change.removeAll(WRITE_KEY, workspaceId, keys.surplus);
    await this.sources.removeAll(change, workspaceId, sources.surplus);
    const ids = destinations.surplus.map(({ id }) => id);
    const locked = await lockedDestinations(change.manager, workspaceId, ids);
    await this.destinations.removeAll(change, workspaceId, locked, mayDiscard);
  }

  private async writeSources({ change, workspaceId }: Target, plan: Plan): Promise<Ids> {
    await change.releaseNames(SOURCE, namesToRelease(plan.sources.pairs));
    const { changed, added } = toWrite(plan.sources.pairs, sourceDiffers);
    const edits = changed.map(({ row, entry: { name, enabled = true } }) => ({
      row,
      values: { name, enabled },
    }));
    await change.updateAll(SOURCE, workspaceId, edits);
    const entries = added.map(({ entry: { id, name, enabled } }) => ({
      name,
      ...(enabled !== undefined && { enabled }),
      ...(id !== undefined && { id }),
    }));
    return idsWith(plan.ends.sources, await this.sources.createAll(change, workspaceId, entries));
  }

  private async writeKeys({ change, workspaceId }: Target, plan: Plan, sourceIds: Ids): Promise<void> {
    const bySource = [...grouped(plan.keys.pairs, ({ source }) => source.pointer).values()];
    await change.releaseNames(WRITE_KEY, bySource.flatMap(namesToRelease));
    const { changed, added } = toWrite(plan.keys.pairs, keyDiffers);
    const edits = changed.map(({ row, entry }) => ({
      row,
      body: { name: entry.name, ...restrictions(entry) },
    }));
    await this.keys.updateAll(change, workspaceId, edits);
    const keys = await mapInTurns(added, ({ entry, source }) => ({
      ...newKey(entry),
      sourceId: idOf(sourceIds, source.entry.name),
    }));
    await this.keys.addAll(change, workspaceId, keys);
  }

  private async writeDestinations(target: Target, plan: Plan, checked: SettingsByEntry): Promise<Ids> {
    const { change, workspaceId } = target;
    await change.releaseNames(this.destinations.kind, namesToRelease(plan.destinations.pairs));
    const { changed, added } = toWrite(plan.destinations.pairs, () => true);
    const valuesOf = (entry: DestinationEntryDto) => {
      const { name, enabled = true, retryDelaysSeconds = null } = entry;
      return { name, enabled, retryDelaysSeconds, settings: settingsOf(checked, entry) };
    };
    const bodies = new Map(changed.map(({ row, entry }) => [row.id, valuesOf(entry)]));
    await this.destinations.updateAll(change, workspaceId, bodies);
    const entries = added.map(({ entry }) => ({
      ...valuesOf(entry),
      type: entry.type,
      ...(entry.id !== undefined && { id: entry.id }),
    }));
    return idsWith(plan.ends.destinations, await this.destinations.createAll(change, workspaceId, entries));
  }

  private async writeConnections(
    { change, workspaceId }: Target,
    plan: Plan,
    { sourceIds, destinationIds }: { readonly sourceIds: Ids; readonly destinationIds: Ids },
  ): Promise<void> {
    const { changed, added } = toWrite(plan.connections.pairs, connectionDiffers);
    const edits = changed.map(({ row, entry: { filter = null } }) => ({ row, filter }));
    await this.connections.updateAll(change, workspaceId, edits);
    const entries = added.map(({ entry: { id, source, destination, filter = null } }) => ({
      sourceId: idOf(sourceIds, source),
      destinationId: idOf(destinationIds, destination),
      filter,
      ...(id !== undefined && { id }),
    }));
    await this.connections.createAll(change, workspaceId, entries);
  }
}

/** The ids of existing and of new sources or destinations, by name. */
function idsWith(
  ends: ReadonlyMap<string, string | undefined>,
  made: readonly { readonly id: string; readonly name: string }[],
): Ids {
  const known = [...ends].flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const]));
  return new Map([...known, ...made.map(({ id, name }) => [name, id] as const)]);
}

function idOf(ids: Ids, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`${name} was not written`);
  return id;
}

function settingsOf(checked: SettingsByEntry, entry: DestinationEntryDto): VettedSettings {
  const settings = checked.get(entry);
  if (settings === undefined) throw new Error(`the settings of ${entry.name} were not checked`);
  return settings;
}

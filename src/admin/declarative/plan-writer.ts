import { Injectable } from '@nestjs/common';
import { type Change } from '../changes/change.js';
import { Connections } from '../connections/connections.js';
import { type VettedSettings } from '../destinations/destination-settings.js';
import { Destinations } from '../destinations/destinations.js';
import { SOURCE, Sources } from '../sources/sources.js';
import { WRITE_KEY } from '../credentials/write-key-view.js';
import { WriteKeys } from '../write-keys/write-keys.js';
import { type DestinationEntryDto } from './document/destination-entry.dto.js';
import { connectionDiffers, keyDiffers, sourceDiffers, toWrite } from './plan/differences.js';
import { newKey, restrictions } from './plan/key-values.js';
import { namesToRelease } from './plan/pairing.js';
import { type Plan } from './plan/plan.js';
import { grouped } from './plan/stored-workspace.js';

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
    for (const { id } of connections.surplus) await this.connections.remove(change, workspaceId, id);
    for (const { id, sourceId } of keys.surplus)
      await this.keys.remove(change, { workspaceId, sourceId }, id);
    for (const { id } of sources.surplus) await this.sources.remove(change, workspaceId, id);
    for (const { id } of destinations.surplus)
      await this.destinations.remove(change, workspaceId, id, mayDiscard);
  }

  private async writeSources({ change, workspaceId }: Target, plan: Plan): Promise<Ids> {
    const ids = known(plan.ends.sources);
    await change.releaseNames(SOURCE, namesToRelease(plan.sources.pairs));
    for (const { entry, row } of toWrite(plan.sources.pairs, sourceDiffers)) {
      const { id, name, enabled = true } = entry;
      const values = { name, enabled, ...(id !== undefined && { id }) };
      const { id: written } =
        row === undefined
          ? await this.sources.create(change, workspaceId, values)
          : await this.sources.update(change, workspaceId, row.id, { name, enabled });
      ids.set(name, written);
    }
    return ids;
  }

  private async writeKeys({ change, workspaceId }: Target, plan: Plan, sourceIds: Ids): Promise<void> {
    const bySource = [...grouped(plan.keys.pairs, ({ source }) => source.pointer).values()];
    await change.releaseNames(WRITE_KEY, bySource.flatMap(namesToRelease));
    for (const { entry, row, source } of toWrite(plan.keys.pairs, keyDiffers)) {
      const place = { workspaceId, sourceId: idOf(sourceIds, source.entry.name) };
      if (row === undefined) await this.keys.add(change, place, newKey(entry));
      else await this.keys.update(change, place, row.id, { name: entry.name, ...restrictions(entry) });
    }
  }

  private async writeDestinations(target: Target, plan: Plan, checked: SettingsByEntry): Promise<Ids> {
    const { change, workspaceId } = target;
    const ids = known(plan.ends.destinations);
    await change.releaseNames(this.destinations.kind, namesToRelease(plan.destinations.pairs));
    for (const { entry, row } of toWrite(plan.destinations.pairs, () => true)) {
      const { id, name, type, enabled = true, retryDelaysSeconds = null } = entry;
      const values = { name, enabled, retryDelaysSeconds, settings: settingsOf(checked, entry) };
      const { id: written } =
        row === undefined
          ? await this.destinations.create(change, workspaceId, { type, ...values }, id)
          : await this.destinations.update(change, workspaceId, row.id, values);
      ids.set(name, written);
    }
    return ids;
  }

  private async writeConnections(
    { change, workspaceId }: Target,
    plan: Plan,
    { sourceIds, destinationIds }: { readonly sourceIds: Ids; readonly destinationIds: Ids },
  ): Promise<void> {
    for (const { entry, row } of toWrite(plan.connections.pairs, connectionDiffers)) {
      const filter = entry.filter ?? null;
      const sourceId = idOf(sourceIds, entry.source);
      const ends = { sourceId, destinationId: idOf(destinationIds, entry.destination) };
      if (row === undefined)
        await this.connections.create(change, workspaceId, { ...ends, filter }, entry.id);
      else await this.connections.update(change, workspaceId, row.id, { filter });
    }
  }
}

const known = (ends: ReadonlyMap<string, string | undefined>): Map<string, string> =>
  new Map([...ends].flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const])));

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

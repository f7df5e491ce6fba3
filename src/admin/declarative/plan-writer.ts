import { Injectable } from '@nestjs/common';
import { type Change } from '../changes/change.js';
import { Connections } from '../connections/connections.js';
import { type CheckedSettings } from '../destinations/destination-settings.js';
import { Destinations } from '../destinations/destinations.js';
import { SOURCE, Sources } from '../sources/sources.js';
import { WRITE_KEY } from '../credentials/write-key-view.js';
import { WriteKeys } from '../write-keys/write-keys.js';
import { type DestinationEntryDto } from './document/destination-entry.dto.js';
import { connectionDiffers, keyDiffers, sourceDiffers, toWrite } from './plan/differences.js';
import { newKey, restrictions } from './plan/key-values.js';
import { takenOver } from './plan/pairing.js';
import { type Plan } from './plan/plan.js';
import { grouped } from './plan/stored-workspace.js';

/** What a plan is carried out on. */
export interface Target {
  readonly change: Change;
  readonly workspaceId: string;
  /** Whether waiting deliveries may be discarded with their destinations. */
  readonly mayDiscard: boolean;
}

type Ids = ReadonlyMap<string, string>;

/** The settings that each destination of the document is to have, checked before the change began. */
export type SettingsByEntry = ReadonlyMap<DestinationEntryDto, CheckedSettings>;

/**
 * Carries a plan out, by the same services as the routes of the resources. First goes what the document lacks, connections
 * before their ends; then what is there is changed, so that a name is free when something new takes it. Those that pass their
 * names on to each other give them up before.
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
    await change.releaseNames(SOURCE, takenOver(plan.sources.pairs));
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
    await change.releaseNames(WRITE_KEY, bySource.flatMap(takenOver));
    for (const { entry, row, source } of toWrite(plan.keys.pairs, keyDiffers)) {
      const place = { workspaceId, sourceId: idOf(sourceIds, source.entry.name) };
      if (row === undefined) await this.keys.add(change, place, newKey(entry));
      else await this.keys.update(change, place, row.id, { name: entry.name, ...restrictions(entry) });
    }
  }

  private async writeDestinations(target: Target, plan: Plan, checked: SettingsByEntry): Promise<Ids> {
    const { change, workspaceId } = target;
    const ids = known(plan.ends.destinations);
    await change.releaseNames(this.destinations.kind, takenOver(plan.destinations.pairs));
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
  if (id === undefined) throw new Error(`nothing was made for ${name}`);
  return id;
}

function settingsOf(checked: SettingsByEntry, entry: DestinationEntryDto): CheckedSettings {
  const settings = checked.get(entry);
  if (settings === undefined) throw new Error(`the settings of ${entry.name} were not checked`);
  return settings;
}

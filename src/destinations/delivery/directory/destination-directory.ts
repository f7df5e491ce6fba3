import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ChangeWatch } from '../../../database/change-watch.js';
import { type BacklogOwner, type PreparedDestination } from '../model/prepared-destination.js';
import { backlogOwnerOf } from './backlog-owner.js';
import { DestinationReader } from './destination-reader.js';
import { type DestinationRow, DESTINATIONS_QUERY } from './destination-rows.js';

/** All destinations in memory, reloaded after every change in Postgres. */
@Injectable()
export class DestinationDirectory {
  private known: ReadonlyMap<string, Date> | undefined;
  private destinations: ReadonlyMap<string, PreparedDestination> = new Map();
  private unusable: ReadonlyMap<string, BacklogOwner> = new Map();
  /** Versions paused during a reload, whose rows may have been read before the pause was written. */
  private readonly paused = new Map<string, number>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly database: DataSource,
    private readonly changes: ChangeWatch,
    private readonly reader: DestinationReader,
  ) {}

  /**
   * Loads all destinations, and reloads them after every change. Where the process may start without Postgres, they are
   * loaded later: until then their events stay in the log.
   */
  async start(): Promise<void> {
    const startEmpty = (): Promise<boolean> => Promise.resolve(true);
    await this.changes.watch(() => this.load(), startEmpty);
  }

  /** When the destinations were last known to equal Postgres, in ms since the epoch; 0 before. */
  get freshAt(): number {
    return this.changes.freshAt?.getTime() ?? 0;
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Ids of all destinations, usable or not, with their creation times: they receive the events from then on. */
  existing(): ReadonlyMap<string, Date> {
    return this.known ?? new Map<string, Date>();
  }

  /** Whether `existing` is known: not yet, where the process started without Postgres. */
  get isLoaded(): boolean {
    return this.known !== undefined;
  }

  /** The destination in any state; undefined where it does not exist or is unusable. */
  find(id: string): PreparedDestination | undefined {
    return this.destinations.get(id);
  }

  /** Whose events the destination holds back, also where it is unusable; undefined where it does not exist. */
  ownerOf(id: string): BacklogOwner | undefined {
    return this.find(id) ?? this.unusable.get(id);
  }

  /** The destination if it is active. */
  active(id: string): PreparedDestination | undefined {
    const destination = this.find(id);
    return destination?.state === 'active' ? destination : undefined;
  }

  /** Whether settings, state and connections of a destination are still those that it was found with. */
  isCurrent({ id, version, state, sources }: PreparedDestination): boolean {
    const current = this.find(id);
    return current?.version === version && current.state === state && current.sources === sources;
  }

  /** Applies a pause before the next reload finds it; ignored where a later version is loaded already. */
  markPaused({ id, version }: PreparedDestination): void {
    this.paused.set(id, version);
    const destination = this.active(id);
    if (destination?.version !== version) return;
    this.replace(new Map(this.destinations).set(id, { ...destination, state: 'paused' }));
  }

  private async load(): Promise<void> {
    this.paused.clear();
    const rows = await this.database.query<DestinationRow[]>(DESTINATIONS_QUERY);
    const destinations = (await this.reader.read(rows)).map((destination) =>
      this.paused.get(destination.id) === destination.version && destination.state === 'active'
        ? { ...destination, state: 'paused' as const }
        : destination,
    );
    const usable = new Set(destinations.map(({ id }) => id));
    const rest = rows.filter(({ id }) => !usable.has(id));
    this.unusable = new Map(rest.map((row) => [row.id, backlogOwnerOf(row)]));
    this.known = new Map(rows.map(({ id, createdAt }) => [id, createdAt]));
    this.replace(new Map(destinations.map((destination) => [destination.id, destination])));
  }

  private replace(destinations: ReadonlyMap<string, PreparedDestination>): void {
    this.destinations = destinations;
    for (const listener of this.listeners) listener();
  }
}

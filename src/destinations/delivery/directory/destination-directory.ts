import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ChangeWatch } from '../../../database/change-watch.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { DestinationReader } from './destination-reader.js';
import { type DestinationRow, DESTINATIONS_QUERY } from './destination-rows.js';

/** The destinations in memory, as fresh as the last change in Postgres. */
@Injectable()
export class DestinationDirectory {
  private known: ReadonlyMap<string, Date> = new Map();
  private destinations: ReadonlyMap<string, PreparedDestination> = new Map();
  /** The versions that were paused while rows were read that may not say it yet. */
  private readonly paused = new Map<string, number>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly database: DataSource,
    private readonly changes: ChangeWatch,
    private readonly reader: DestinationReader,
  ) {}

  /**
   * Loads, and from now on loads again whenever something was changed. Where the process may start while Postgres is away,
   * the destinations come later: what they have to deliver stays in the log.
   */
  async start(): Promise<void> {
    const none = (): Promise<boolean> => Promise.resolve(true);
    await this.changes.watch(() => this.load(), none);
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Ids of all that exist, whether they can be delivered to or not, and since when: events from then on are theirs. */
  existing(): ReadonlyMap<string, Date> {
    return this.known;
  }

  /** The destination in whatever state it is, unless it is unusable. */
  find(id: string): PreparedDestination | undefined {
    return this.destinations.get(id);
  }

  /** The destination, if it is to be delivered to now. */
  active(id: string): PreparedDestination | undefined {
    const destination = this.find(id);
    return destination?.state === 'active' ? destination : undefined;
  }

  /** Whether a destination still is what it was when it was found here: its settings, its state and its connections. */
  isCurrent({ id, version, state, sources }: PreparedDestination): boolean {
    const now = this.find(id);
    return now?.version === version && now.state === state && now.sources === sources;
  }

  /** Says at once what the next load will find, unless a later version is here already. */
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
    this.known = new Map(rows.map(({ id, createdAt }) => [id, createdAt]));
    this.replace(new Map(destinations.map((destination) => [destination.id, destination])));
  }

  private replace(destinations: ReadonlyMap<string, PreparedDestination>): void {
    this.destinations = destinations;
    for (const listener of this.listeners) listener();
  }
}

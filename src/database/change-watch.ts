import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type DataSource } from 'typeorm';
import { Watcher } from './watcher.js';

/**
 * Keeps what is in memory as fresh as Postgres, by polling the counter that each change of the configuration advances
 * (DESIGN 5.6). While Postgres is away the last state goes on serving.
 */
export class ChangeWatch implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(ChangeWatch.name);
  private readonly watchers: Watcher[] = [];
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  /** The reloads that the last poll has begun: a slow one holds up neither the others nor the next poll. */
  private reloading: Promise<unknown> = Promise.resolve();
  private refreshing: Promise<void> | undefined;
  private away = false;
  private stopped = false;

  constructor(
    private readonly database: Pick<DataSource, 'query'>,
    private readonly intervalMs = 1_000,
  ) {}

  /** Whether the last poll had no answer. */
  get isAway(): boolean {
    return this.away;
  }

  /** When everything in memory was last known to be what Postgres has; undefined while nothing is in memory. */
  get freshAt(): Date | undefined {
    const times = this.watchers.flatMap(({ freshAt }) => (freshAt ? [freshAt.getTime()] : []));
    return times.length > 0 ? new Date(Math.min(...times)) : undefined;
  }

  /** Also for those who watch nothing, so that it is known whether Postgres answers. */
  onModuleInit(): void {
    this.schedule();
  }

  /**
   * Runs `reload` at once; then again, never twice at a time, whenever the configuration has changed or the last run
   * failed. It must read all its rows in one query or one transaction. When the first run fails, `fallback` is asked for
   * another state to begin with: if it resolves to true, or to the time of that state, the reload is tried again with every
   * poll; without it, or when it resolves to false, this rejects as the reload did.
   */
  async watch(reload: () => Promise<void>, fallback?: () => Promise<boolean | Date>): Promise<void> {
    const watcher = new Watcher(reload, () => this.version());
    try {
      await watcher.load();
    } catch (error) {
      const begun = (await fallback?.()) ?? false;
      if (begun === false) throw error;
      if (begun instanceof Date) watcher.beginAt(begun);
      watcher.failed(error);
      await this.poll();
    }
    this.watchers.push(watcher);
    this.schedule();
  }

  /**
   * Resolves when everything watched has what Postgres had at the time of the call, or could not be reloaded: then the next
   * poll tries again. For whoever has just committed a change. Calls at the same time share the work; it never rejects.
   */
  refresh(): Promise<void> {
    this.refreshing ??= this.refreshOnce();
    return this.refreshing;
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    for (const watcher of this.watchers) watcher.stop();
    await this.polling;
  }

  /** A poll under way may have read the counter before the caller's commit, so that it does not count. */
  private async refreshOnce(): Promise<void> {
    await this.polling;
    this.refreshing = undefined;
    await this.poll();
    await this.reloading;
  }

  private async version(): Promise<string> {
    const rows = await this.database.query<{ version: string }[]>('SELECT version FROM config_version');
    return String(rows[0]?.version);
  }

  private schedule(): void {
    if (this.stopped || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      void this.poll().finally(() => {
        this.timer = undefined;
        this.schedule();
      });
    }, this.intervalMs);
    this.timer.unref();
  }

  private poll(): Promise<void> {
    this.polling ??= this.ask().finally(() => (this.polling = undefined));
    return this.polling;
  }

  private async ask(): Promise<void> {
    const asked = new Date();
    try {
      const version = await this.version();
      if (this.away) this.logger.log({ event: 'configuration.watched_again' });
      this.away = false;
      this.reloading = Promise.all(this.watchers.map((watcher) => watcher.reach(version, asked)));
    } catch (error) {
      if (!this.away && !this.stopped)
        this.logger.warn({ event: 'configuration.not_watched', reason: String(error) });
      this.away = true;
    }
  }
}

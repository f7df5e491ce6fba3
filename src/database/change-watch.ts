import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type DataSource } from 'typeorm';
import { Outage } from '../resilience/outage.js';
import { sleepUnlessAborted } from '../resilience/pauses.js';
import { Watcher } from './watcher.js';

/**
 * Keeps state in memory as fresh as Postgres: polls the version counter that every configuration change increments
 * (DESIGN 5.6). While Postgres is away, the last loaded state stays in use.
 */
export class ChangeWatch implements OnModuleInit, OnModuleDestroy {
  private readonly watchers: Watcher[] = [];
  private readonly stopping = new AbortController();
  private readonly outage = new Outage(new Logger(ChangeWatch.name), {
    lost: 'configuration.not_watched',
    back: 'configuration.watched_again',
  });
  private loop: Promise<void> | undefined;
  private polling: Promise<void> | undefined;
  /** Reloads started by the last poll. A slow reload delays neither the other reloads nor the next poll. */
  private reloading: Promise<unknown> = Promise.resolve();
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly database: Pick<DataSource, 'query'>,
    private readonly intervalMs = 1_000,
  ) {}

  /** Whether the last poll failed. */
  get isAway(): boolean {
    return this.outage.isLasting;
  }

  /** Time at which all watched state was last known to equal Postgres; undefined while none is loaded. */
  get freshAt(): Date | undefined {
    const times = this.watchers.flatMap(({ freshAt }) => (freshAt ? [freshAt.getTime()] : []));
    return times.length > 0 ? new Date(Math.min(...times)) : undefined;
  }

  /** Polls in every process, also where nothing is watched: health and metrics report whether Postgres answers. */
  onModuleInit(): void {
    this.startPolling();
  }

  /**
   * Runs `reload` now, and again after every configuration change and every failed reload, never twice at a time. `reload`
   * must read all its rows in one query or one transaction. When the first run fails, `fallback` may provide another initial
   * state: it resolves to true, or to the time of that state, and later polls retry the reload. Rejects with the error of the
   * first run when there is no fallback or it resolves to false.
   */
  async watch(reload: () => Promise<void>, fallback?: () => Promise<boolean | Date>): Promise<void> {
    const watcher = new Watcher(reload, () => this.version());
    try {
      await watcher.load();
    } catch (error) {
      const initial = (await fallback?.()) ?? false;
      if (initial === false) throw error;
      if (initial instanceof Date) watcher.startFrom(initial);
      watcher.failed(error);
      await this.poll();
    }
    this.watchers.push(watcher);
    this.startPolling();
  }

  /**
   * For callers that have just committed a change. Resolves when all watched state equals Postgres at the time of the call;
   * where a reload fails, the next poll retries it. Concurrent calls share one poll. Never rejects.
   */
  refresh(): Promise<void> {
    this.refreshing ??= this.refreshOnce();
    return this.refreshing;
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    for (const watcher of this.watchers) watcher.stop();
    await this.polling;
  }

  /** Waits for a poll in flight first: it may have read the counter before the caller's commit. */
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

  private startPolling(): void {
    this.loop ??= this.pollUntilStopped();
  }

  private async pollUntilStopped(): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await sleepUnlessAborted(this.intervalMs, signal, { ref: false });
      if (signal.aborted) return;
      await this.poll();
    }
  }

  private poll(): Promise<void> {
    this.polling ??= this.pollOnce().finally(() => (this.polling = undefined));
    return this.polling;
  }

  private async pollOnce(): Promise<void> {
    const polledAt = new Date();
    try {
      const version = await this.version();
      this.outage.recovered();
      this.reloading = Promise.all(this.watchers.map((watcher) => watcher.reach(version, polledAt)));
    } catch (error) {
      if (!this.stopping.signal.aborted) this.outage.failed(error);
    }
  }
}

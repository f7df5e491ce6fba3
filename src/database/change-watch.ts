import { Logger, type OnModuleDestroy } from '@nestjs/common';
import { type DataSource } from 'typeorm';

/** Someone who keeps a part of the configuration in memory. */
interface Watcher {
  readonly reload: () => Promise<void>;
  /** Version whose rows it has; undefined when its last reload failed. */
  seen: string | undefined;
  busy: boolean;
  failing: boolean;
}

/**
 * Keeps what is in memory as fresh as Postgres, by polling the counter that each change of the configuration advances
 * (DESIGN 5.6). While Postgres is away the last state goes on serving.
 */
export class ChangeWatch implements OnModuleDestroy {
  private readonly log = new Logger(ChangeWatch.name);
  private readonly watchers: Watcher[] = [];
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private away = false;
  private stopped = false;

  constructor(
    private readonly database: Pick<DataSource, 'query'>,
    private readonly intervalMs = 1_000,
  ) {}

  /**
   * Runs `reload` at once, rejecting when that fails; then again, never twice at a time, whenever the configuration has
   * changed or the last run failed. It must read all its rows in one query or one transaction.
   */
  async watch(reload: () => Promise<void>): Promise<void> {
    const watcher: Watcher = { reload, seen: undefined, busy: false, failing: false };
    watcher.seen = await this.reloaded(watcher);
    this.watchers.push(watcher);
    this.schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.polling;
  }

  /** The version comes before the rows: a change in between is then read twice rather than missed. */
  private async reloaded({ reload }: Watcher): Promise<string> {
    const version = await this.version();
    await reload();
    return version;
  }

  private async version(): Promise<string> {
    const rows = await this.database.query<{ version: string }[]>('SELECT version FROM config_version');
    return String(rows[0]?.version);
  }

  private schedule(): void {
    if (this.stopped || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.polling = this.poll().finally(() => {
        this.timer = undefined;
        this.schedule();
      });
    }, this.intervalMs);
    this.timer.unref();
  }

  private async poll(): Promise<void> {
    try {
      const version = await this.version();
      if (this.away) this.log.log({ event: 'configuration.watched_again' });
      this.away = false;
      for (const watcher of this.watchers) {
        if (!watcher.busy && watcher.seen !== version) void this.refresh(watcher);
      }
    } catch (error) {
      if (!this.away && !this.stopped)
        this.log.warn({ event: 'configuration.not_watched', reason: String(error) });
      this.away = true;
    }
  }

  private async refresh(watcher: Watcher): Promise<void> {
    watcher.busy = true;
    try {
      watcher.seen = await this.reloaded(watcher);
      watcher.failing = false;
    } catch (error) {
      watcher.seen = undefined;
      if (!watcher.failing && !this.stopped)
        this.log.warn({ event: 'configuration.not_reloaded', reason: String(error) });
      watcher.failing = true;
    } finally {
      watcher.busy = false;
    }
  }
}

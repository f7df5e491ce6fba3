import { Logger } from '@nestjs/common';
import { Outage } from '../resilience/outage.js';

/** One part of the configuration that is kept in memory, with the version of the rows that it was loaded from. */
export class Watcher {
  private readonly outage = new Outage(new Logger('ChangeWatch'), { lost: 'configuration.not_reloaded' });
  /** Version in memory; undefined when the last reload failed. */
  private loaded: string | undefined;
  private fresh: Date | undefined;
  private loading: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly reload: () => Promise<void>,
    private readonly version: () => Promise<string>,
  ) {}

  /** Time at which the state was last known to equal Postgres. */
  get freshAt(): Date | undefined {
    return this.fresh;
  }

  /** Accepts an initial state that was not loaded from Postgres, as of that time. */
  startFrom(asOf: Date): void {
    this.fresh = asOf;
  }

  /**
   * Rejects with the error of the query or the reload. Reads the version before the rows: a change in between is then
   * loaded twice instead of missed.
   */
  async load(): Promise<void> {
    const startedAt = new Date();
    this.loaded = undefined;
    const version = await this.version();
    await this.reload();
    this.loaded = version;
    this.fresh = startedAt;
    this.outage.recovered();
  }

  /** Reloads unless `version`, read from Postgres at `polledAt`, is in memory. Never reloads twice at a time, never rejects. */
  async reach(version: string, polledAt: Date): Promise<void> {
    while (this.loading) await this.loading;
    if (this.loaded === version) {
      this.fresh = polledAt;
      return;
    }
    this.loading = this.load()
      .catch((error: unknown) => this.failed(error))
      .finally(() => (this.loading = undefined));
    await this.loading;
  }

  /** The state in memory stays in use, and the next poll retries. */
  failed(error: unknown): void {
    if (!this.isStopped) this.outage.failed(error);
  }

  /** Later failures are not logged: at shutdown they are expected. */
  stop(): void {
    this.isStopped = true;
  }
}

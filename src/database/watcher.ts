import { Logger } from '@nestjs/common';

/** One part of the configuration that somebody keeps in memory. */
export class Watcher {
  private readonly logger = new Logger('ChangeWatch');
  /** Version whose rows are in memory; undefined when the last reload failed. */
  private seen: string | undefined;
  private fresh: Date | undefined;
  private work: Promise<void> | undefined;
  private failing = false;
  private stopped = false;

  constructor(
    private readonly reload: () => Promise<void>,
    private readonly version: () => Promise<string>,
  ) {}

  /** When it was last known to be what Postgres has. */
  get freshAt(): Date | undefined {
    return this.fresh;
  }

  /** What is in memory is a state of that time, from elsewhere. */
  beginAt(time: Date): void {
    this.fresh = time;
  }

  /** Rejects when that fails. The version comes before the rows: a change in between is then read twice, not missed. */
  async load(): Promise<void> {
    const asked = new Date();
    this.seen = undefined;
    const version = await this.version();
    await this.reload();
    this.seen = version;
    this.fresh = asked;
    this.failing = false;
  }

  /** Loads unless it has the version that Postgres had at that time; never twice at a time. It never rejects. */
  async reach(version: string, asked: Date): Promise<void> {
    while (this.work) await this.work;
    if (this.seen === version) {
      this.fresh = asked;
      return;
    }
    this.work = this.load()
      .catch((error: unknown) => this.failed(error))
      .finally(() => (this.work = undefined));
    await this.work;
  }

  /** An edge: what is in memory goes on serving, and the next poll tries again. Said once per outage. */
  failed(error: unknown): void {
    if (!this.failing && !this.stopped)
      this.logger.warn({ event: 'configuration.not_reloaded', reason: String(error) });
    this.failing = true;
  }

  /** From now on a failure is no news. */
  stop(): void {
    this.stopped = true;
  }
}

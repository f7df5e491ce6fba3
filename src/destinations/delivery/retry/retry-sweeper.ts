import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DestinationDirectory } from '../destination-directory.js';
import { RetryLanes } from './retry-lanes.js';
import { RetryLedger } from './retry-ledger.js';

const EVERY_MS = 2_000;
/** How late a timer may be before it counts as lost. */
const GRACE_MS = 3_000;
const PAGE = 500;

/**
 * Wakes rows that no timer woke: Redis was flushed or is away, the destination was paused, or a process died between its
 * claim and its record. They are due already, so they need no new timer.
 */
@Injectable()
export class RetrySweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(RetrySweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private away = false;

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly ledger: RetryLedger,
    private readonly lanes: RetryLanes,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep();
    }, EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.sweeping;
    clearTimeout(this.timer);
  }

  /** An edge: Postgres may be away, which is said once per outage. */
  private async sweep(): Promise<void> {
    try {
      const ids = [...this.directory.existing().keys()].filter((id) => this.directory.active(id));
      const overdue = ids.length > 0 ? await this.ledger.takeOverdue(ids, GRACE_MS, PAGE) : [];
      for (const alarm of overdue) this.lanes.add(alarm);
      this.away = false;
    } catch (error) {
      const problem = error instanceof Error ? error.name : String(error);
      if (!this.away) this.log.warn({ event: 'retry.sweep_failed', problem });
      this.away = true;
    } finally {
      this.onApplicationBootstrap();
    }
  }
}

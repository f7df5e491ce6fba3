import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Circuits } from '../engine/circuits.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { type RetryTimer } from '../ledger/retry-timer.js';
import { RetryLanes } from './retry-lanes.js';
import { RetryLedger } from '../ledger/retry-ledger.js';

const EVERY_MS = 2_000;
/** After a full page, as there may be more. */
const SOON_MS = 200;
/** How late a timer may be before it counts as lost. */
const GRACE_MS = 3_000;
const PAGE = 500;

/**
 * Wakes rows that no timer woke: Redis was flushed or is away, the destination was paused, or a process died between its
 * claim and its record. They are due already, so they need no new timer.
 */
@Injectable()
export class RetrySweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RetrySweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private away = false;

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly circuits: Circuits,
    private readonly ledger: RetryLedger,
    private readonly lanes: RetryLanes,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.sweeping;
    clearTimeout(this.timer);
  }

  private schedule(ms: number): void {
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep();
    }, ms).unref();
  }

  /** An edge: Postgres may be away, which is said once per outage. */
  private async sweep(): Promise<void> {
    let full = false;
    try {
      full = await this.wakeOverdue();
      this.away = false;
    } catch (error) {
      const problem = error instanceof Error ? error.name : String(error);
      if (!this.away) this.logger.warn({ event: 'retry.sweep_failed', problem });
      this.away = true;
    } finally {
      this.schedule(full ? SOON_MS : EVERY_MS);
    }
  }

  /** Of a destination with an open circuit only one row, when a probe may go. Returns whether there may be more. */
  private async wakeOverdue(): Promise<boolean> {
    const now = Date.now();
    const all = [...this.directory.existing().keys()].flatMap((id) => this.directory.active(id) ?? []);
    const failing = all.filter((destination) => this.circuits.of(destination).isOpen);
    const well = all.filter((destination) => !failing.includes(destination)).map(({ id }) => id);
    const probed = failing.filter((destination) => this.circuits.of(destination).waitMs(now) === 0);
    for (const { id } of probed) this.wake(await this.ledger.takeOverdue([id], GRACE_MS, 1));
    const overdue = well.length > 0 ? await this.ledger.takeOverdue(well, GRACE_MS, PAGE) : [];
    this.wake(overdue);
    return overdue.length === PAGE;
  }

  private wake(alarms: readonly RetryTimer[]): void {
    for (const alarm of alarms) this.lanes.add(alarm);
  }
}

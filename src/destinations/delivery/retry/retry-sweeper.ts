import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Outage } from '../../../resilience/outage.js';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { Circuits } from '../engine/circuits.js';
import { RetryLedger, type RetryTimer } from '../ledger/retry-ledger.js';
import { RetryLanes } from './retry-lanes.js';

const EVERY_MS = 2_000;
/** Interval after a full page, because more rows may be overdue. */
const SOON_MS = 200;
/** How late a timer may be before it counts as lost. */
const GRACE_MS = 3_000;
const PAGE = 500;

/**
 * Finds rows that are due and have no timer: Redis was flushed or is unavailable, the destination was paused, or a process
 * died between claim and record.
 */
@Injectable()
export class RetrySweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly outage = new Outage(new Logger(RetrySweeper.name), { lost: 'retry.sweep_failed' });
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly circuits: Circuits,
    private readonly ledger: RetryLedger,
    private readonly lanes: RetryLanes,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let waitMs = EVERY_MS;
    for (;;) {
      await sleepUnlessAborted(waitMs, signal, { ref: false });
      if (signal.aborted) return;
      waitMs = (await this.sweep()) ? SOON_MS : EVERY_MS;
    }
  }

  /** Whether more rows may be overdue. Where Postgres is unavailable the outage is logged once. */
  private async sweep(): Promise<boolean> {
    try {
      const isFull = await this.addOverdue();
      this.outage.recovered();
      return isFull;
    } catch (error) {
      this.outage.failed(error);
      return false;
    }
  }

  /** A destination with an open circuit gets one row at most, when a probe is due. Returns whether the page was full. */
  private async addOverdue(): Promise<boolean> {
    const now = Date.now();
    const active = [...this.directory.existing().keys()].flatMap((id) => this.directory.active(id) ?? []);
    const failing = active.filter((destination) => this.circuits.of(destination).isOpen);
    const healthy = active.filter((destination) => !failing.includes(destination)).map(({ id }) => id);
    const probed = failing.filter((destination) => this.circuits.of(destination).waitMs(now) === 0);
    for (const { id } of probed) this.add(await this.ledger.takeOverdue([id], GRACE_MS, 1));
    const overdue = healthy.length > 0 ? await this.ledger.takeOverdue(healthy, GRACE_MS, PAGE) : [];
    this.add(overdue);
    return overdue.length === PAGE;
  }

  private add(timers: readonly RetryTimer[]): void {
    for (const timer of timers) this.lanes.add(timer);
  }
}

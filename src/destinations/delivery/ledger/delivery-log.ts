import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DeliveryConfig } from '../../../config/delivery.config.js';
import { deliveryLogDropped } from '../../../metrics/counters.js';
import { Outage } from '../../../resilience/outage.js';
import { withDeadline } from '../../../resilience/time-limit.js';
import { type AttemptRow, attemptRow, filteredRow, insertAttempts } from './attempt-rows.js';
import { type Delivery } from '../model/delivery.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type FilteredEvent } from '../model/eligible.js';
import { type Outcome } from '../model/outcome.js';

const FLUSH_MS = 1_000;
/** Rows per statement; this many waiting rows start a flush early. */
const BATCH = 1_000;
/** Other outcomes are no attempts: those deliveries are still waiting. */
const ATTEMPTED: ReadonlySet<Outcome['kind']> = new Set(['delivered', 'filtered', 'retry', 'dead']);
/** Upper limit of rows in memory, about 5 MB. */
const MAX_WAITING = 20_000;
/** The share of filtered events: the other half stays free for attempts. */
const MAX_FILTERED = MAX_WAITING / 2;
/** How long a stopping process waits for the last flush. */
const LAST_FLUSH_MS = 2_000;

/**
 * Stores the outcome of each attempt in the background: no delivery waits for it. While Postgres is unavailable or slower
 * than the attempts, rows wait in memory up to a limit; further rows are dropped and counted. Rows of a flush whose
 * confirmation is lost are stored twice, which is acceptable because only people read them.
 */
@Injectable()
export class DeliveryLog implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryLog.name);
  private waiting: AttemptRow[] = [];
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;
  private readonly outage = new Outage(this.logger, { lost: 'delivery_log.waits' });

  constructor(
    private readonly database: DataSource,
    private readonly config: DeliveryConfig,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Runs after the last attempt and before the database closes. A crash loses the rows of about one second. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    const rest = async () => {
      await this.flushing;
      await this.flush();
    };
    await withDeadline(rest(), LAST_FLUSH_MS);
  }

  /** Takes one outcome per delivery, in order; deliveries that were not attempted are left out. */
  add(
    destination: Pick<PreparedDestination, 'id' | 'workspaceId'>,
    deliveries: readonly Delivery[],
    outcomes: readonly Outcome[],
  ): void {
    const { DELIVERY_LOG } = this.config;
    if (DELIVERY_LOG === 'off') return;
    const at = performance.now();
    for (const [index, delivery] of deliveries.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined || !ATTEMPTED.has(outcome.kind)) continue;
      if (DELIVERY_LOG === 'failures' && isPlainSuccess(delivery, outcome)) continue;
      if (this.waiting.length < MAX_WAITING)
        this.waiting.push(attemptRow(destination, delivery, outcome, at));
      else deliveryLogDropped.inc();
    }
    this.flushFull();
  }

  /** Takes events that were filtered without an attempt; stored only with `DELIVERY_LOG=all`. */
  addFiltered(
    destination: Pick<PreparedDestination, 'id' | 'workspaceId'>,
    events: readonly FilteredEvent[],
  ): void {
    if (this.config.DELIVERY_LOG !== 'all') return;
    const at = performance.now();
    for (const filtered of events)
      if (this.waiting.length < MAX_FILTERED) this.waiting.push(filteredRow(destination, filtered, at));
      else deliveryLogDropped.inc();
    this.flushFull();
  }

  private flushFull(): void {
    if (this.waiting.length >= BATCH && !this.outage.isLasting) void this.flush();
  }

  /** Resolves when the waiting rows are stored, or when storing has failed. Flushes never overlap. */
  flush(): Promise<void> {
    this.flushing ??= this.store().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  /** Where Postgres is unavailable the rows stay in memory, and the outage is logged once. */
  private async store(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const rows = this.waiting.slice(0, BATCH);
        await insertAttempts(this.database, rows);
        this.waiting.splice(0, rows.length);
      }
      this.outage.recovered();
    } catch (error) {
      this.outage.failed(error);
    }
  }
}

/** A success at the first attempt, which `DELIVERY_LOG=failures` leaves out. The success of a retry or a replay is kept. */
function isPlainSuccess({ item, headers }: Delivery, { kind }: Outcome): boolean {
  const isSuccess = kind === 'delivered' || kind === 'filtered';
  return isSuccess && item.attempt === 1 && headers?.['replay'] === undefined;
}

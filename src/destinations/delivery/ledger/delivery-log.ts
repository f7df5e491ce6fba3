import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../../config/config.js';
import { deliveryLogDropped } from '../../../metrics/counters.js';
import { type AttemptRow, attemptRow, excludedRow, insertAttempts } from './attempt-rows.js';
import { type Delivery } from '../model/delivery.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type Excluded } from '../model/eligible.js';
import { type Outcome } from '../model/outcome.js';

const FLUSH_MS = 1_000;
/** Rows of one statement; as many begin a flush ahead of its time. */
const BATCH = 1_000;
/** What is none of these is no attempt: the delivery waits and comes again. */
const FINISHED: ReadonlySet<Outcome['kind']> = new Set(['delivered', 'filtered', 'retry', 'dead']);
/** About 5 MB. */
const MAX_WAITING = 20_000;
/** What of it events without an attempt may take: they must not cost attempts their place. */
const MAX_EXCLUDED = MAX_WAITING / 2;
/** Longest that the stop waits for the rest. */
const PATIENCE_MS = 2_000;

/**
 * Writes down what became of each attempt, in the background: an attempt costs a row in memory, and no delivery ever waits
 * for it. While Postgres is away or slower than the attempts, rows wait up to a bound; further ones are dropped and counted.
 * When Postgres takes a flush and is lost before it says so, those rows are there twice: this is for people to read.
 */
@Injectable()
export class DeliveryLog implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryLog.name);
  private waiting: AttemptRow[] = [];
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;
  private failing = false;

  constructor(
    private readonly database: DataSource,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
  }

  /** After the last attempt, and before the database closes. A crash loses what was not flushed, about a second of it. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    const rest = async () => {
      await this.flushing;
      await this.flush();
    };
    await Promise.race([rest(), sleep(PATIENCE_MS, undefined, { ref: false })]);
  }

  /** One outcome per delivery, in order. What was not tried is left out. */
  add({ id }: PreparedDestination, deliveries: readonly Delivery[], outcomes: readonly Outcome[]): void {
    const { DELIVERY_LOG } = this.config;
    if (DELIVERY_LOG === 'off') return;
    const at = performance.now();
    for (const [index, delivery] of deliveries.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined || !FINISHED.has(outcome.kind)) continue;
      if (DELIVERY_LOG === 'failures' && isPlainSuccess(delivery, outcome)) continue;
      if (this.waiting.length < MAX_WAITING) this.waiting.push(attemptRow(id, delivery, outcome, at));
      else deliveryLogDropped.inc();
    }
    this.flushFull();
  }

  /** Events that need no attempt, where everything is written down. */
  addExcluded({ id }: Pick<PreparedDestination, 'id'>, events: readonly Excluded[]): void {
    if (this.config.DELIVERY_LOG !== 'all') return;
    const at = performance.now();
    for (const excluded of events)
      if (this.waiting.length < MAX_EXCLUDED) this.waiting.push(excludedRow(id, excluded, at));
      else deliveryLogDropped.inc();
    this.flushFull();
  }

  private flushFull(): void {
    if (this.waiting.length >= BATCH && !this.failing) void this.flush();
  }

  /** Resolves when what waits is stored, or waits for the next flush. Never two at a time. */
  flush(): Promise<void> {
    this.flushing ??= this.store().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  /** An edge: Postgres may be away, which is said once per outage. Rows stay within the bound until they are stored. */
  private async store(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const rows = this.waiting.slice(0, BATCH);
        await insertAttempts(this.database, rows);
        this.waiting.splice(0, rows.length);
      }
      this.failing = false;
    } catch (error) {
      const problem = error instanceof Error ? error.name : String(error);
      if (!this.failing) this.logger.warn({ event: 'delivery_log.waits', problem });
      this.failing = true;
    }
  }
}

/** With `failures`, what went well at the first attempt is left out; what ends a failure or a redelivery is not. */
function isPlainSuccess({ item, headers }: Delivery, { kind }: Outcome): boolean {
  const isSuccess = kind === 'delivered' || kind === 'filtered';
  return isSuccess && item.attempt === 1 && headers?.['replay'] === undefined;
}

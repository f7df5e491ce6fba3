import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DeliveryConfig } from '../../../config/delivery.config.js';
import { Outage } from '../../../resilience/outage.js';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';

const EVERY_MS = 60_000;
/** A batch keeps a statement to a few ms; the pause between batches leaves Postgres to other statements. */
const BATCH = 1_000;
const PAUSE_MS = 20;

/** Deletes the oldest rows by their `ctid`: a row that another instance deletes at the same moment is skipped. */
const expired = (table: string, column: string): string => `
  DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${table} WHERE ${column} < now() - make_interval(hours => $1) ORDER BY ${column} LIMIT ${BATCH}))`;

const ATTEMPTS = expired('delivery_attempts', 'at');
const DEAD_LETTERS = expired('dead_letters', 'dead_at');

/** Deletes expired rows of the delivery log and expired dead letters, in small batches, once a minute. */
@Injectable()
export class DeliveryRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DeliveryRetention.name);
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private cleaning: Promise<void> = Promise.resolve();
  private readonly outage = new Outage(this.logger, { lost: 'retention.postponed' });

  constructor(
    private readonly database: DataSource,
    private readonly config: DeliveryConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.cleaning = this.cleaning.then(() => this.clean());
    }, EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.cleaning;
  }

  /** Where Postgres is unavailable the next run tries again, and the outage is logged once. */
  async clean(): Promise<void> {
    try {
      await this.deleteAll(ATTEMPTS, this.config.DELIVERY_LOG_HOURS);
      await this.deleteAll(DEAD_LETTERS, this.config.DEAD_LETTERS_DAYS * 24);
      this.outage.recovered();
    } catch (error) {
      this.outage.failed(error);
    }
  }

  private async deleteAll(statement: string, hours: number): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const [, deleted] = await this.database.query<[unknown, number]>(statement, [hours]);
      if (deleted < BATCH) return;
      await sleepUnlessAborted(PAUSE_MS, signal);
    }
  }
}

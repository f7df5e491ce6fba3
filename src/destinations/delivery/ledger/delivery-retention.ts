import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../../config/config.js';

const EVERY_MS = 60_000;
/** Few enough for a statement to be over in some ms, and a pause in which others have their turn. */
const BATCH = 1_000;
const PAUSE_MS = 20;

/** The oldest rows of a table, by their places: a row that another instance deletes at the same moment is left to it. */
const expired = (table: string, column: string): string => `
  DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${table} WHERE ${column} < now() - make_interval(hours => $1) ORDER BY ${column} LIMIT ${BATCH}))`;

const ATTEMPTS = expired('delivery_attempts', 'at');
const DEAD_LETTERS = expired('dead_letters', 'dead_at');

/** Deletes rows of the delivery log and dead letters that have passed their age, in small batches, once a minute. */
@Injectable()
export class DeliveryRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DeliveryRetention.name);
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private cleaning: Promise<void> = Promise.resolve();
  private away = false;

  constructor(
    private readonly database: DataSource,
    private readonly config: Config,
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

  /** An edge: Postgres may be away, which is said once per outage. */
  async clean(): Promise<void> {
    try {
      await this.deleteAll(ATTEMPTS, this.config.DELIVERY_LOG_HOURS);
      await this.deleteAll(DEAD_LETTERS, this.config.DEAD_LETTERS_DAYS * 24);
      this.away = false;
    } catch (error) {
      const problem = error instanceof Error ? error.name : String(error);
      if (!this.away) this.logger.warn({ event: 'retention.postponed', problem });
      this.away = true;
    }
  }

  private async deleteAll(statement: string, hours: number): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const [, deleted] = await this.database.query<[unknown, number]>(statement, [hours]);
      if (deleted < BATCH) return;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

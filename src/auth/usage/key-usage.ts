import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type CallErrorCode } from '../../events/call-error.js';
import { usageNotCounted } from '../../metrics/counters.js';
import { type KeyRefusal } from '../keys/key-restrictions.js';
import { Tallies } from './tallies.js';
import { addUsage } from './usage-rows.js';

/** `accepted`, `duplicate` and reasons of rejections count messages; what refuses a call as a whole counts calls. */
export type UsageOutcome = 'accepted' | 'duplicate' | KeyRefusal | CallErrorCode;

const FLUSH_MS = 5_000;
/** About 40 MiB: 250,000 keys with one outcome each on one day, or 60,000 with four. */
const MAX_TALLIES = 250_000;

/**
 * Counts what becomes of each write key's calls, in memory, and adds the counts to `write_key_usage` every five seconds and
 * at the end; all instances add to the same rows. While Postgres is away they wait, so that nothing short of kill -9 loses
 * any; past the bound on memory new pairs of key and outcome are not counted, which is itself counted. When Postgres takes
 * a flush and is lost before it says so, that flush is added twice: these are figures for people, not for bills.
 */
@Injectable()
export class KeyUsage implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(KeyUsage.name);
  private readonly tallies = new Tallies(MAX_TALLIES);
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;
  private failing = false;

  constructor(private readonly database: DataSource) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
  }

  /** After the last call was answered, and before the database closes. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flushing;
    await this.flush();
  }

  /** Costs a look-up in memory and nothing else. */
  count(writeKeyId: string, outcome: UsageOutcome, times = 1): void {
    if (times > 0 && !this.tallies.add(writeKeyId, outcome, times, Date.now())) usageNotCounted.inc(times);
  }

  /** Resolves when what was counted so far is stored, or waits for the next flush. Never two at a time. */
  flush(): Promise<void> {
    this.flushing ??= this.store().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  private async store(): Promise<void> {
    const counted = this.tallies.take();
    if (counted.length === 0) return;
    try {
      await addUsage(this.database, counted);
      if (this.failing) this.logger.log({ event: 'usage.stored_again', rows: counted.length });
      this.failing = false;
    } catch (error) {
      this.tallies.giveBack(counted);
      if (!this.failing) this.logger.warn({ event: 'usage.not_stored', reason: String(error) });
      this.failing = true;
    }
  }
}

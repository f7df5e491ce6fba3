import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type CallErrorCode } from '../../events/call-error.js';
import { usageNotCounted } from '../../metrics/counters.js';
import { Outage } from '../../resilience/outage.js';
import { type KeyRefusal } from '../keys/key-restrictions.js';
import { Tallies } from './tallies.js';
import { addUsage } from './usage-rows.js';

/** `accepted`, `duplicate` and reasons of rejections count messages; reasons for which a whole call is refused count calls. */
export type UsageOutcome = 'accepted' | 'duplicate' | KeyRefusal | CallErrorCode;

const FLUSH_MS = 5_000;
/** About 40 MiB: 250,000 keys with one outcome each on one day, or 60,000 with four. */
const MAX_TALLIES = 250_000;

/**
 * Counts the outcomes of each write key's calls in memory, and adds them to `write_key_usage` every five seconds and at
 * shutdown; all instances add to the same rows. While Postgres is away the counts stay in memory, where only kill -9 loses
 * them. Past the bound on memory, new pairs of key and outcome are not counted, and a metric says how many. If Postgres
 * commits a flush and the connection breaks before the answer, the flush is added twice: the figures are not for billing.
 */
@Injectable()
export class KeyUsage implements OnModuleInit, OnApplicationShutdown {
  private readonly outage = new Outage(new Logger(KeyUsage.name), {
    lost: 'usage.not_stored',
    back: 'usage.stored_again',
  });
  private readonly tallies = new Tallies(MAX_TALLIES);
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;

  constructor(private readonly database: DataSource) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Nest calls this after the last call is answered and before the database closes. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flushing;
    await this.flush();
  }

  /** Only a look-up in memory. */
  count(writeKeyId: string, outcome: UsageOutcome, times = 1): void {
    if (times > 0 && !this.tallies.add(writeKeyId, outcome, times, Date.now())) usageNotCounted.inc(times);
  }

  /** Resolves when the counts so far are stored, or are kept for the next flush. One flush runs at a time. */
  flush(): Promise<void> {
    this.flushing ??= this.store().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  private async store(): Promise<void> {
    const counted = this.tallies.take();
    if (counted.length === 0) return;
    try {
      await addUsage(this.database, counted);
      this.outage.recovered({ rows: counted.length });
    } catch (error) {
      this.tallies.giveBack(counted);
      this.outage.failed(error);
    }
  }
}

import { InjectQueue } from '@nestjs/bull';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { RedisClients } from './redis/redis-clients.js';
import { type RetryTimer, RETRY_QUEUE } from '../ledger/retry-timer.js';

/** Timers under way to a Redis that takes them in but does not answer; past that the sweeper has to do. */
const MAX_UNANSWERED = 10_000;
const CLOSE_MS = 3_000;

/**
 * Sets Bull timers. Nothing depends on one being set: Redis may be away or forget, then the sweeper finds the rows that are
 * due. So nobody waits here, and no failure leaves.
 */
@Injectable()
export class RetryTimers implements BeforeApplicationShutdown {
  private unanswered = 0;

  constructor(
    @InjectQueue(RETRY_QUEUE) private readonly queue: Queue<RetryTimer>,
    private readonly clients: RedisClients,
  ) {}

  arm(alarms: readonly RetryTimer[]): void {
    for (const alarm of alarms) if (this.isReady()) void this.add(alarm);
  }

  /** Closes Bull after the retries have ended; a Redis that is away must not hold the process. */
  async beforeApplicationShutdown(): Promise<void> {
    const closed = this.queue.close();
    if (this.isReady())
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    this.clients.disconnect();
    await closed;
  }

  private isReady(): boolean {
    return this.queue.client.status === 'ready' && this.unanswered < MAX_UNANSWERED;
  }

  /** The id makes one timer of many for the same attempt. */
  private async add(alarm: RetryTimer): Promise<void> {
    const { id, attempt, delayMs } = alarm;
    const jobId = `${id}:${attempt}`;
    this.unanswered += 1;
    try {
      await this.queue.add(alarm, {
        jobId,
        delay: Math.ceil(delayMs),
        removeOnComplete: true,
        removeOnFail: true,
      });
    } catch {
      // RedisClients has logged the outage, and the row is in Postgres.
    } finally {
      this.unanswered -= 1;
    }
  }
}

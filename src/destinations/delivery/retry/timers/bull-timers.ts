import { type BeforeApplicationShutdown } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { withDeadline } from '../../../../resilience/time-limit.js';
import { type RetryTimer } from '../../ledger/retry-ledger.js';
import { type RedisClients } from './redis-clients.js';
import { RetryTimers, timerKeyOf } from './retry-timers.js';

export const RETRY_QUEUE = 'delivery-retries';

/** Upper limit of commands that Redis has not answered; beyond it timers are dropped, and the sweeper finds their rows. */
const MAX_UNANSWERED = 10_000;
const CLOSE_MS = 3_000;

/** Timers as Bull jobs in Redis, which all processes of the delivery role share. */
export class BullTimers extends RetryTimers implements BeforeApplicationShutdown {
  private unanswered = 0;

  constructor(
    private readonly queue: Queue<RetryTimer>,
    private readonly clients: RedisClients,
  ) {
    super();
    // Bull sends the name of its connection without handling a failure: a stop without Redis would end in an unhandled
    // rejection.
    Object.assign(queue, { setWorkerName: () => Promise.resolve() });
  }

  /**
   * Does not wait for Redis. `@Process()` of the Nest module is not used because it drops the promise of `process`, which
   * rejects when Redis is unavailable from the start to the stop.
   */
  start(onDue: (timer: RetryTimer) => void): void {
    const fire = ({ data }: Job<RetryTimer>): Promise<void> => {
      onDue(data);
      return Promise.resolve();
    };
    this.queue.process(fire).catch(() => undefined);
  }

  arm(timers: readonly RetryTimer[]): void {
    for (const timer of timers) if (this.isReady()) void this.add(timer);
  }

  /** Closes Bull after the last retry; a Redis that does not answer must not keep the process alive. */
  async beforeApplicationShutdown(): Promise<void> {
    const closed = this.queue.close();
    if (this.isReady()) await withDeadline(closed, CLOSE_MS);
    this.clients.disconnect();
    await closed;
  }

  private isReady(): boolean {
    return this.queue.client.status === 'ready' && this.unanswered < MAX_UNANSWERED;
  }

  private async add(timer: RetryTimer): Promise<void> {
    this.unanswered += 1;
    try {
      await this.queue.add(timer, {
        jobId: timerKeyOf(timer),
        delay: Math.ceil(timer.delayMs),
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

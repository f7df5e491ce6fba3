import { InjectQueue } from '@nestjs/bull';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { type RetryTimer, RETRY_QUEUE } from '../ledger/retry-timer.js';
import { RetryLanes } from './retry-lanes.js';

/** Bull's side of the clock: an alarm goes off, its destination's lane takes it, and the job is over. */
@Injectable()
export class RetryProcessor implements OnModuleInit {
  constructor(
    @InjectQueue(RETRY_QUEUE) private readonly queue: Queue<RetryTimer>,
    private readonly lanes: RetryLanes,
  ) {
    // Bull names its connection and leaves the failure of that to nobody.
    Object.assign(queue, { setWorkerName: () => Promise.resolve() });
  }

  /**
   * Begins, and does not wait for Redis. Not by `@Process()`, which forgets the promise: where Redis is away from the start
   * until the stop, the stop would end in an unhandled rejection.
   */
  onModuleInit(): void {
    const wake = async ({ data }: Job<RetryTimer>): Promise<void> => {
      this.lanes.add(data);
      return Promise.resolve();
    };
    this.queue.process(wake).catch(() => undefined);
  }
}

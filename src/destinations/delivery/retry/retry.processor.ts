import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { type Alarm, RETRY_QUEUE } from './alarm.js';
import { RetryLanes } from './retry-lanes.js';

/** Bull's side of the clock: an alarm goes off, its destination's lane takes it, and the job is over. */
@Processor(RETRY_QUEUE)
export class RetryProcessor {
  constructor(private readonly lanes: RetryLanes) {}

  @Process()
  wake(job: Job<Alarm>): Promise<void> {
    this.lanes.add(job.data);
    return Promise.resolve();
  }
}

import { Logger } from '@nestjs/common';
import { Backoff } from '../resilience/backoff.js';
import { sleepUnlessAborted } from '../resilience/pauses.js';
import { reasonOf } from '../resilience/reason-of.js';
import { BatchLeft, BatchPostponed, type RecordBatch } from './reader.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The pause of a consumer, and its log line, before it redelivers a batch whose onBatch threw; the same in both drivers. */
export class Redelivery {
  private readonly logger = new Logger(Redelivery.name);
  private readonly backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);

  constructor(private readonly group: string) {}

  /** After a finished batch: the next failure pauses briefly again. */
  reset(): void {
    this.backoff.reset();
  }

  /** Resolves after the pause that the error calls for, or at once when the signal aborts. */
  async pauseAfter(error: unknown, batch: RecordBatch, signal: AbortSignal): Promise<void> {
    if (error instanceof BatchPostponed) return sleepUnlessAborted(error.afterMs, signal);
    const { group } = this;
    const { topic, partition } = batch;
    if (error instanceof BatchLeft)
      this.logger.debug({ event: 'batch.left', group, topic, partition, reason: error.reason });
    else this.logger.warn({ event: 'batch.failed', group, topic, partition, reason: reasonOf(error) });
    await sleepUnlessAborted(this.backoff.next(), signal);
  }
}

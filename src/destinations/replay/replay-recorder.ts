import { Injectable } from '@nestjs/common';
import { DeadLetterWriter } from '../delivery/ledger/dead-letter-writer.js';
import { type PreparedDestination } from '../delivery/model/prepared-destination.js';
import { unfinished } from '../delivery/consume/outcome-recorder.js';
import { RetryTimers } from '../delivery/retry/retry-timers.js';
import { RetryLedger } from '../delivery/ledger/retry-ledger.js';
import { type Lease } from './lease.js';
import { type Finished, type PageRest } from './page-rest.js';

/** From when on waiting for the log is said. */
const SLOW_MS = 1_000;

/**
 * Writes down what became of a replay's own attempts together with its progress, in one transaction: after a crash an event is
 * either counted, and does not come again, or is not and does.
 */
@Injectable()
export class ReplayRecorder {
  constructor(
    private readonly ledger: RetryLedger,
    private readonly clock: RetryTimers,
    private readonly deadLetters: DeadLetterWriter,
  ) {}

  /** Rejects only when the lease's signal has aborted. Dead letters are kept before: a crash may make those twice. */
  async record(
    destination: PreparedDestination,
    rest: PageRest,
    finished: readonly Finished[],
    lease: Lease,
  ): Promise<void> {
    const deliveries = finished.map(({ event }) => event.delivery);
    const outcomes = finished.map(({ outcome }) => outcome);
    const { retries, dead } = unfinished(destination, deliveries, outcomes);
    const slow = setTimeout(() => (lease.reason = 'log_unavailable'), SLOW_MS);
    await this.deadLetters.keep(destination, dead, lease.signal).finally(() => clearTimeout(slow));
    const offsets = finished.map(({ event }) => event.offset);
    const alarms = await lease.advance(rest.after(lease.progress, finished), async (on) => {
      await rest.page.sent(offsets, on);
      return retries.length > 0 ? this.ledger.insert(destination.id, retries, on) : [];
    });
    this.clock.arm(alarms);
  }
}

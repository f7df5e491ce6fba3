import { Injectable } from '@nestjs/common';
import { withDeadline } from '../../resilience/time-limit.js';
import { unfinished } from '../delivery/consume/outcome-recorder.js';
import { type DeadDelivery } from '../delivery/ledger/dead-letter-index.js';
import { DeadLetterWriter } from '../delivery/ledger/dead-letter-writer.js';
import { RetryLedger } from '../delivery/ledger/retry-ledger.js';
import { type PreparedDestination } from '../delivery/model/prepared-destination.js';
import { WaitingLimit } from '../delivery/ledger/waiting-limit.js';
import { RetryTimers } from '../delivery/retry/timers/retry-timers.js';
import { type Lease } from './lease.js';
import { type Finished, type PageRest } from './page-rest.js';

/** After this time, waiting for the log becomes the replay's visible reason. */
const SLOW_MS = 1_000;

/**
 * Records the outcomes of a replay's own attempts together with its progress, in one transaction: after a crash an event is
 * either counted and not repeated, or not counted and repeated.
 */
@Injectable()
export class ReplayRecorder {
  constructor(
    private readonly ledger: RetryLedger,
    private readonly timers: RetryTimers,
    private readonly waiting: WaitingLimit,
    private readonly deadLetters: DeadLetterWriter,
  ) {}

  /** Rejects only after the lease's signal has aborted. Dead letters are written first: a crash may duplicate those. */
  async record(
    destination: PreparedDestination,
    rest: PageRest,
    finished: readonly Finished[],
    lease: Lease,
  ): Promise<void> {
    const { retries, dead } = unfinished(destination, finished);
    await this.keep(destination, dead, lease);
    const offsets = finished.map(({ candidate }) => candidate.offset);
    const timers = await lease.advance(rest.after(lease.progress, finished), async (on) => {
      await rest.page.sent(offsets, on);
      return retries.length > 0 ? this.ledger.insert(destination.id, retries, on) : [];
    });
    this.timers.arm(timers);
    this.waiting.added(destination.id, retries.length);
  }

  private async keep(
    destination: PreparedDestination,
    dead: readonly DeadDelivery[],
    lease: Lease,
  ): Promise<void> {
    const kept = this.deadLetters.keep(destination, dead, lease.signal).then(() => true);
    if (!(await withDeadline(kept, SLOW_MS))) lease.reason = 'log_unavailable';
    await kept;
  }
}

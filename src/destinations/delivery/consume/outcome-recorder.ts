import { Injectable } from '@nestjs/common';
import { type Attempted } from '../engine/attempted.js';
import { type DeadDelivery } from '../ledger/dead-letter-index.js';
import { DeadLetterWriter } from '../ledger/dead-letter-writer.js';
import { type Delivery } from '../model/delivery.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { orderKeyOf } from '../model/order-key.js';
import { type Outcome } from '../model/outcome.js';
import { untilRecorded } from '../ledger/recording.js';
import { RetryTimers } from '../retry/timers/retry-timers.js';
import { type NewRetry, RetryLedger } from '../ledger/retry-ledger.js';
import { WaitingLimit } from '../ledger/waiting-limit.js';

const BEHIND = { delayMs: 0, reason: 'behind_an_earlier_event' };

/** Records the outcomes of first attempts, so that the position may move past them. */
@Injectable()
export class OutcomeRecorder {
  constructor(
    private readonly ledger: RetryLedger,
    private readonly timers: RetryTimers,
    private readonly waiting: WaitingLimit,
    private readonly deadLetters: DeadLetterWriter,
  ) {}

  /** Resolves when every retry is a row and every dead letter is in the log. Rejects only after the signal has aborted. */
  async record(
    destination: PreparedDestination,
    attempted: readonly Attempted[],
    signal: AbortSignal,
  ): Promise<void> {
    const { retries, dead } = unfinished(destination, attempted);
    if (retries.length > 0) {
      const insert = () => this.ledger.insert(destination.id, retries);
      this.timers.arm(await untilRecorded('retries', destination.id, signal, insert));
      this.waiting.added(destination.id, retries.length);
    }
    await this.deadLetters.keep(destination, dead, signal);
  }
}

/** The retries and the dead letters that follow from first attempts. */
export function unfinished(
  destination: PreparedDestination,
  attempted: readonly Attempted[],
): { readonly retries: readonly NewRetry[]; readonly dead: readonly DeadDelivery[] } {
  const retries: NewRetry[] = [];
  const dead: DeadDelivery[] = [];
  for (const {
    candidate: { delivery },
    outcome,
  } of attempted) {
    if (outcome.kind === 'retry' || outcome.kind === 'behind')
      retries.push(newRetry(destination, delivery, outcome));
    if (outcome.kind === 'dead') dead.push({ ...outcome, delivery });
  }
  return { retries, dead };
}

function newRetry(
  { limits }: PreparedDestination,
  delivery: Delivery,
  outcome: Extract<Outcome, { kind: 'retry' | 'behind' }>,
): NewRetry {
  const orderKey = limits.ordering === 'none' ? undefined : orderKeyOf(delivery.item);
  return outcome.kind === 'retry'
    ? { ...outcome, delivery, orderKey, attempts: delivery.item.attempt }
    : { ...BEHIND, delivery, orderKey, attempts: 0 };
}

import { Injectable } from '@nestjs/common';
import { DeadLetters, type DeadDelivery } from './dead-letters.js';
import { type Delivery } from './delivery.js';
import { type Destination } from './destination.js';
import { type Outcome } from './outcome.js';
import { persist } from './persist.js';
import { RetryClock } from './retry/retry-clock.js';
import { type NewRetry, RetryLedger } from './retry/retry-ledger.js';

/** Writes down what became of first attempts, so that the position may move past them. */
@Injectable()
export class OutcomeRecorder {
  constructor(
    private readonly ledger: RetryLedger,
    private readonly clock: RetryClock,
    private readonly deadLetters: DeadLetters,
  ) {}

  /** Resolves when every retry is a row and every dead letter is in the log; rejects only when the signal has aborted. */
  async record(
    destination: Destination,
    deliveries: readonly Delivery[],
    outcomes: readonly Outcome[],
    signal: AbortSignal,
  ): Promise<void> {
    const retries: NewRetry[] = [];
    const dead: DeadDelivery[] = [];
    for (const [index, delivery] of deliveries.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind === 'retry') retries.push({ ...outcome, delivery });
      if (outcome?.kind === 'dead') dead.push({ ...outcome, delivery });
    }
    if (retries.length > 0) {
      const insert = () => this.ledger.insert(destination.id, retries);
      this.clock.arm(await persist('retries', destination.id, signal, insert));
    }
    if (dead.length > 0) {
      await persist('dead_letters', destination.id, signal, () => this.deadLetters.append(destination, dead));
    }
  }
}

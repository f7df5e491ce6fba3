import { Injectable } from '@nestjs/common';
import { type DeadDelivery } from '../ledger/dead-delivery.js';
import { DeadLetterWriter } from '../ledger/dead-letter-writer.js';
import { type Delivery } from '../model/delivery.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { DestinationPauser } from '../directory/destination-pauser.js';
import { type Outcome } from '../model/outcome.js';
import { persist } from '../ledger/persist.js';
import { RetryTimers } from './retry-timers.js';
import { type Ended, type Retry, type RetryKey, RetryLedger } from '../ledger/retry-ledger.js';

/** A further attempt of a delivery that has a row, and what became of it. */
export interface Tried {
  readonly key: RetryKey;
  readonly delivery: Delivery;
  readonly outcome: Outcome;
}

/** Attempts by what is to be written down of them. */
interface Sorted {
  readonly over: Ended[];
  readonly again: (RetryKey & Retry)[];
  readonly dead: (Ended & DeadDelivery)[];
  readonly held: RetryKey[];
  /** Why the credentials were refused, where they were. */
  readonly refusal: string | undefined;
}

/** Writes down what became of further attempts; then their claims are over. */
@Injectable()
export class RetryRecorder {
  constructor(
    private readonly ledger: RetryLedger,
    private readonly clock: RetryTimers,
    private readonly deadLetters: DeadLetterWriter,
    private readonly pauser: DestinationPauser,
  ) {}

  /** Rejects only when the signal has aborted. Dead letters come last: they may have to wait for the log. */
  async record(
    destination: PreparedDestination,
    tried: readonly Tried[],
    signal: AbortSignal,
  ): Promise<void> {
    const { over, again, dead, held, refusal } = sorted(tried);
    await this.remove(destination, over, signal);
    if (again.length > 0) await this.reschedule(destination, again, signal);
    if (refusal !== undefined) await this.pauser.pause(destination, refusal, signal);
    if (held.length > 0)
      await persist('release', destination.id, signal, () => this.ledger.release(destination.id, held));
    await this.deadLetters.keep(destination, dead, signal);
    await this.remove(destination, dead, signal);
  }

  private async remove(
    { id }: PreparedDestination,
    ended: readonly Ended[],
    signal: AbortSignal,
  ): Promise<void> {
    if (ended.length > 0) await persist('removal', id, signal, () => this.ledger.remove(id, ended));
  }

  private async reschedule(
    { id }: PreparedDestination,
    retries: readonly (RetryKey & Retry)[],
    signal: AbortSignal,
  ): Promise<void> {
    await persist('retries', id, signal, () => this.ledger.reschedule(id, retries));
    this.clock.arm(
      retries.map((retry) => ({
        id: retry.id,
        destinationId: id,
        attempt: retry.attempt + 1,
        delayMs: retry.delayMs,
      })),
    );
  }
}

function sorted(tried: readonly Tried[]): Sorted {
  const over: Ended[] = [];
  const again: (RetryKey & Retry)[] = [];
  const dead: (Ended & DeadDelivery)[] = [];
  const held: RetryKey[] = [];
  let refusal: string | undefined;
  for (const { key, delivery, outcome } of tried)
    switch (outcome.kind) {
      case 'delivered':
      case 'filtered':
        over.push({ ...key, kind: outcome.kind });
        break;
      case 'retry':
        again.push({ ...outcome, ...key });
        break;
      case 'dead':
        dead.push({ ...outcome, ...key, delivery });
        break;
      case 'held':
        held.push(key);
        if (outcome.auth) refusal ??= outcome.reason;
        break;
      case 'behind':
        throw new TypeError('what is claimed is the first of its user');
    }
  return { over, again, dead, held, refusal };
}

import { Injectable } from '@nestjs/common';
import { type Attempted, type AttemptCandidate } from '../engine/attempted.js';
import { type DeadDelivery } from '../ledger/dead-letter-index.js';
import { DeadLetterWriter } from '../ledger/dead-letter-writer.js';
import { untilRecorded } from '../ledger/recording.js';
import { type EndedRetry, type Retry, type RetryKey, RetryLedger } from '../ledger/retry-ledger.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { RetryTimers } from './timers/retry-timers.js';

/** A delivery whose row is claimed. */
export interface ClaimedDelivery extends AttemptCandidate {
  readonly key: RetryKey;
  /** The user, where the type wants order. */
  readonly orderKey: string | null;
}

/** Attempts by what is to be recorded of them. */
interface SortedAttempts {
  readonly ended: EndedRetry[];
  readonly retries: (RetryKey & Retry)[];
  readonly dead: (EndedRetry & DeadDelivery)[];
  readonly held: RetryKey[];
}

/** Records the outcomes of further attempts, which ends their claims. */
@Injectable()
export class RetryRecorder {
  constructor(
    private readonly ledger: RetryLedger,
    private readonly timers: RetryTimers,
    private readonly deadLetters: DeadLetterWriter,
  ) {}

  /** Rejects only after the signal has aborted. Dead letters are recorded last, because they may wait for the log. */
  async record(
    destination: PreparedDestination,
    attempted: readonly Attempted<ClaimedDelivery>[],
    signal: AbortSignal,
  ): Promise<void> {
    const { id } = destination;
    const { ended, retries, dead, held } = sorted(attempted);
    await this.remove(id, ended, signal);
    if (retries.length > 0) await this.reschedule(id, retries, signal);
    if (held.length > 0) await untilRecorded('release', id, signal, () => this.ledger.release(id, held));
    await this.deadLetters.keep(destination, dead, signal);
    await this.remove(id, dead, signal);
  }

  private async remove(id: string, ended: readonly EndedRetry[], signal: AbortSignal): Promise<void> {
    if (ended.length > 0) await untilRecorded('removal', id, signal, () => this.ledger.remove(id, ended));
  }

  private async reschedule(
    destinationId: string,
    retries: readonly (RetryKey & Retry)[],
    signal: AbortSignal,
  ): Promise<void> {
    await untilRecorded('retries', destinationId, signal, () =>
      this.ledger.reschedule(destinationId, retries),
    );
    this.timers.arm(
      retries.map(({ id, attempt, delayMs }) => ({ id, destinationId, attempt: attempt + 1, delayMs })),
    );
  }
}

function sorted(attempted: readonly Attempted<ClaimedDelivery>[]): SortedAttempts {
  const ended: EndedRetry[] = [];
  const retries: (RetryKey & Retry)[] = [];
  const dead: (EndedRetry & DeadDelivery)[] = [];
  const held: RetryKey[] = [];
  for (const { candidate, outcome } of attempted) {
    const { key, delivery } = candidate;
    switch (outcome.kind) {
      case 'delivered':
      case 'filtered':
        ended.push({ ...key, kind: outcome.kind });
        break;
      case 'retry':
        retries.push({ ...outcome, ...key });
        break;
      case 'dead':
        dead.push({ ...outcome, ...key, delivery });
        break;
      case 'held':
        held.push(key);
        break;
      case 'behind':
        throw new TypeError('a claimed delivery is the first of its user');
    }
  }
  return { ended, retries, dead, held };
}

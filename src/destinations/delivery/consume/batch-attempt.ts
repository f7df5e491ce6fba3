import { Injectable } from '@nestjs/common';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { type Attempted, authRefusalOf } from '../engine/attempted.js';
import { type Admitted, DeliveryAdmission } from '../engine/delivery-admission.js';
import { WaitingLimit } from '../ledger/waiting-limit.js';
import { type Eligible, sortBatch } from '../model/eligible.js';
import { gatheringMs } from '../model/gathering.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { BatchPosition, type CurrentBatch } from './batch-position.js';
import { OutcomeRecorder } from './outcome-recorder.js';

/** How long to wait for a circuit, or for room among the waiting deliveries, before looking again: it may have closed, or the destination may have changed. */
const CHECK_MS = 500;

/** How an attempt of a batch has ended. */
export type BatchResult =
  | { readonly kind: 'finished' }
  /** Some records are not finished; the next attempt begins at this offset. */
  | { readonly kind: 'again'; readonly from: bigint }
  /** The log is to redeliver the unfinished records after a wait. */
  | { readonly kind: 'later'; readonly afterMs: number }
  /** The destination stands still: its unfinished records stay in the log. */
  | { readonly kind: 'held'; readonly reason: 'unusable' | 'unauthorized' | 'stopping' };

/** One attempt of a batch of the events topic: sort, gather, attempt, record, and only then move the position. */
@Injectable()
export class BatchAttempt {
  constructor(
    private readonly admission: DeliveryAdmission,
    private readonly recorder: OutcomeRecorder,
    private readonly position: BatchPosition,
    private readonly waiting: WaitingLimit,
  ) {}

  /**
   * Adds the origins it has recorded to `done`. While the circuit is open, or too many deliveries wait for a retry, it waits with
   * the batch in memory, which costs less than reading the batch again and again. A held batch has been left when this resolves.
   */
  async run(destination: PreparedDestination, current: CurrentBatch): Promise<BatchResult> {
    const { signal } = current.control;
    const admit = () =>
      this.admission.admit(destination, signal, (admitted) => this.admitted(destination, current, admitted));
    const result = this.waiting.isReached(destination) ? undefined : await admit();
    if (result !== undefined) return result;
    await sleepUnlessAborted(Math.min(this.admission.waitMs(destination) || CHECK_MS, CHECK_MS), signal);
    if (!signal.aborted) return { kind: 'again', from: current.batch.records[0]?.offset ?? 0n };
    await this.position.leave(destination, current);
    return { kind: 'held', reason: 'stopping' };
  }

  /** Undefined when a probe finds no delivery that it may attempt. */
  private async admitted(
    destination: PreparedDestination,
    current: CurrentBatch,
    admitted: Admitted,
  ): Promise<BatchResult | undefined> {
    const { batch, control, done } = current;
    const sorted = sortBatch(batch, destination);
    const open = sorted.eligible.filter(({ delivery }) => !done.has(delivery.origin));
    const gathers = !admitted.isProbe && done.size === 0;
    const afterMs = gathers ? gatheringMs(batch, open, destination.limits, Date.now()) : 0;
    if (afterMs > 0) {
      this.position.advance(destination, current, sorted, open[0]?.offset);
      return { kind: 'later', afterMs };
    }
    return admitted.attempt(open, { keepsOrder: true }, async (attempted) => {
      if (attempted.length === 0 && open.length > 0) return undefined;
      await this.recorder.record(destination, attempted, control.signal);
      markDone(attempted, done);
      const next = open.find(({ delivery }) => !done.has(delivery.origin));
      const reason = holdReasonOf(attempted, control.signal);
      if (next !== undefined && reason !== undefined) {
        await this.position.leave(destination, current);
        return { kind: 'held', reason };
      }
      this.position.advance(destination, current, sorted, next?.offset);
      return next === undefined ? { kind: 'finished' } : { kind: 'again', from: next.offset };
    });
  }
}

function markDone(attempted: readonly Attempted<Eligible>[], done: Set<string>): void {
  for (const { candidate, outcome } of attempted)
    if (outcome.kind !== 'held') done.add(candidate.delivery.origin);
}

/** Why no further attempt follows in this consumer; undefined where one may. */
function holdReasonOf(
  attempted: readonly Attempted[],
  signal: AbortSignal,
): 'unauthorized' | 'stopping' | undefined {
  if (authRefusalOf(attempted) !== undefined) return 'unauthorized';
  return signal.aborted ? 'stopping' : undefined;
}

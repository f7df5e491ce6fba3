import { Injectable } from '@nestjs/common';
import { type CanonicalEvent } from '../../../events/event.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { DeliveryAdmission, type Admitted } from '../engine/delivery-admission.js';
import { type ClaimedRetry, RetryLedger, type RetryTimer } from '../ledger/retry-ledger.js';
import { type Delivery } from '../model/delivery.js';
import { type Outcome } from '../model/outcome.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { RetryLease } from './retry-lease.js';
import { type ClaimedDelivery, RetryRecorder } from './retry-recorder.js';

/** Outcomes after which the row is removed, so that the user's next delivery may be attempted. */
const ENDED: ReadonlySet<Outcome['kind']> = new Set(['delivered', 'filtered', 'dead']);

/** One further attempt of deliveries that have rows: claim, attempt, record. */
@Injectable()
export class RetryAttempt {
  constructor(
    private readonly directory: DestinationDirectory,
    private readonly ledger: RetryLedger,
    private readonly admission: DeliveryAdmission,
    private readonly recorder: RetryRecorder,
  ) {}

  /**
   * Rows of a destination that is not active, or whose circuit is open, are left alone: the sweeper finds them later. Returns
   * the timers that are due now: the next deliveries of the same users, where the type wants order.
   */
  async run(
    destinationId: string,
    timers: readonly RetryTimer[],
    signal: AbortSignal,
  ): Promise<readonly RetryTimer[]> {
    const active = this.directory.active(destinationId);
    if (active === undefined) return [];
    // The lanes run as many of these attempts concurrently as the type allows, so each makes one call at a time.
    const destination = { ...active, limits: { ...active.limits, concurrency: 1 } };
    const next = await this.admission.admit(destination, signal, (admitted) =>
      this.claimed(destination, admitted.isProbe ? timers.slice(0, 1) : timers, admitted, signal),
    );
    return next ?? [];
  }

  private async claimed(
    destination: PreparedDestination,
    timers: readonly RetryTimer[],
    admitted: Admitted,
    signal: AbortSignal,
  ): Promise<readonly RetryTimer[]> {
    const { rows, lease } = await RetryLease.take(this.ledger, destination.id, timers);
    const users = new Set<string>();
    try {
      for (const group of byReplay(rows))
        await admitted.attempt(group.map(claimedDeliveryOf), { keepsOrder: false }, async (attempted) => {
          await this.recorder.record(destination, attempted, signal);
          for (const { candidate, outcome } of attempted)
            if (candidate.orderKey !== null && ENDED.has(outcome.kind)) users.add(candidate.orderKey);
        });
    } finally {
      lease.end();
    }
    return users.size > 0 ? this.ledger.firstInLine(destination.id, [...users]) : [];
  }
}

/** A call never mixes replayed and new events, or the events of two replays. */
function byReplay(rows: readonly ClaimedRetry[]): Iterable<readonly ClaimedRetry[]> {
  const groups = new Map<string | undefined, ClaimedRetry[]>();
  for (const row of rows) {
    const { replay } = row.headers;
    const group = groups.get(replay) ?? [];
    groups.set(replay, group);
    group.push(row);
  }
  return groups.values();
}

function claimedDeliveryOf(row: ClaimedRetry): ClaimedDelivery {
  const { id, attempt, orderKey } = row;
  return { key: { id, attempt }, orderKey, delivery: deliveryOf(row) };
}

function deliveryOf({ origin, event: json, attempt, firstFailedAt, headers }: ClaimedRetry): Delivery {
  const event = JSON.parse(json) as CanonicalEvent;
  const { replay } = headers;
  const item = { event, json, attempt: attempt + 1, ...(replay !== undefined && { replay }) };
  return { origin, item, firstFailedAt, headers };
}

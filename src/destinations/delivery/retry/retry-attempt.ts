import { Injectable } from '@nestjs/common';
import { type CanonicalEvent } from '../../../events/event.js';
import { type Pass } from '../engine/circuit.js';
import { Circuits } from '../engine/circuits.js';
import { type Delivery } from '../model/delivery.js';
import { DeliveryEngine } from '../engine/delivery-engine.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { type Outcome } from '../model/outcome.js';
import { type RetryTimer } from '../ledger/retry-timer.js';
import { type ClaimedRetry, RetryLedger } from '../ledger/retry-ledger.js';
import { RetryLease } from './retry-lease.js';
import { RetryRecorder, type Tried } from './retry-recorder.js';

/** Outcomes with which the row is gone. */
const OVER: ReadonlySet<Outcome['kind']> = new Set(['delivered', 'filtered', 'dead']);

/** One further attempt of deliveries that have rows: claim, attempt as the consumer does, record. */
@Injectable()
export class RetryAttempt {
  constructor(
    private readonly directory: DestinationDirectory,
    private readonly ledger: RetryLedger,
    private readonly engine: DeliveryEngine,
    private readonly circuits: Circuits,
    private readonly recorder: RetryRecorder,
  ) {}

  /**
   * The rows of a destination that is not active, or whose circuit is open, stay as they are; the sweeper wakes them when the
   * destination goes on. Returns what may go now that these are over: the next events of their users, where order counts.
   */
  async run(
    destinationId: string,
    alarms: readonly RetryTimer[],
    signal: AbortSignal,
  ): Promise<readonly RetryTimer[]> {
    const destination = this.directory.active(destinationId);
    if (destination === undefined) return [];
    const circuit = this.circuits.of(destination);
    const pass = circuit.admit(Date.now());
    if (pass === undefined) return [];
    const wanted = pass.isProbe ? alarms.slice(0, 1) : alarms;
    return this.claimed(destination, wanted, pass, signal).finally(() => circuit.giveBack(pass));
  }

  private async claimed(
    destination: PreparedDestination,
    alarms: readonly RetryTimer[],
    pass: Pass,
    signal: AbortSignal,
  ): Promise<readonly RetryTimer[]> {
    const { rows, lease } = await RetryLease.take(this.ledger, destination.id, alarms);
    const users = new Set<string>();
    try {
      for (const together of byReplay(rows)) {
        const tried = await this.attempt(destination, together, pass, signal);
        await this.recorder.record(destination, tried, signal);
        for (const [index, { orderKey }] of together.entries())
          if (orderKey !== null && OVER.has(tried[index]?.outcome.kind ?? 'held')) users.add(orderKey);
      }
    } finally {
      lease.end();
    }
    return users.size > 0 ? this.ledger.firstInLine(destination.id, [...users]) : [];
  }

  /** Calls go one after another: what runs side by side is as many of these as the type allows. */
  private async attempt(
    destination: PreparedDestination,
    rows: readonly ClaimedRetry[],
    pass: Pass,
    signal: AbortSignal,
  ): Promise<Tried[]> {
    const deliveries = rows.map(deliveryOf);
    const limits = { ...destination.limits, concurrency: 1 };
    const outcomes = await this.engine.attempt({ ...destination, limits }, deliveries, signal, { pass });
    return rows.flatMap(({ id, attempt }, index) => {
      const [delivery, outcome] = [deliveries[index], outcomes[index]];
      return delivery && outcome ? [{ key: { id, attempt }, delivery, outcome }] : [];
    });
  }
}

/** Replayed events and others, or those of two replays, are never in one call. */
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

function deliveryOf({ origin, event: json, attempt, firstFailedAt, headers }: ClaimedRetry): Delivery {
  const event = JSON.parse(json) as CanonicalEvent;
  const { replay } = headers;
  const item = { event, json, attempt: attempt + 1, ...(replay !== undefined && { replay }) };
  return { origin, item, firstFailedAt, headers };
}

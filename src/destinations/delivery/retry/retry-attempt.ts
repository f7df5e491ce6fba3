import { Injectable } from '@nestjs/common';
import { type CanonicalEvent } from '../../../events/event.js';
import { type Pass } from '../circuit/circuit.js';
import { Circuits } from '../circuit/circuits.js';
import { DeadLetters } from '../dead-letters.js';
import { type Delivery } from '../delivery.js';
import { DeliveryEngine } from '../delivery-engine.js';
import { type Destination } from '../destination.js';
import { DestinationDirectory } from '../destination-directory.js';
import { DestinationPauser } from '../destination-pauser.js';
import { type Outcome } from '../outcome.js';
import { persist } from '../persist.js';
import { type Alarm } from './alarm.js';
import { RetryClock } from './retry-clock.js';
import { RetryLedger } from './retry-ledger.js';

/** How much longer than the attempt the claim lasts: time to record what became of it. */
const RECORDING_MS = 30_000;
/** Outcomes with which the row is gone. */
const OVER: ReadonlySet<Outcome['kind']> = new Set(['delivered', 'filtered', 'dead']);

/** One further attempt of a delivery that has a row: claim, attempt as the consumer does, record. */
@Injectable()
export class RetryAttempt {
  constructor(
    private readonly directory: DestinationDirectory,
    private readonly ledger: RetryLedger,
    private readonly engine: DeliveryEngine,
    private readonly circuits: Circuits,
    private readonly deadLetters: DeadLetters,
    private readonly clock: RetryClock,
    private readonly pauser: DestinationPauser,
  ) {}

  /**
   * The row of a destination that is not active, or whose circuit is open, stays as it is; the sweeper wakes it when the
   * destination goes on. Returns what may go now that this one is over: the next event of its user, where order counts.
   */
  async run(alarm: Alarm, signal: AbortSignal): Promise<readonly Alarm[]> {
    const destination = this.directory.active(alarm.destinationId);
    if (destination === undefined) return [];
    const circuit = this.circuits.of(destination);
    const pass = circuit.admit(Date.now());
    if (pass === undefined) return [];
    return this.tried(destination, alarm, pass, signal).finally(() => circuit.giveBack(pass));
  }

  private async tried(
    destination: Destination,
    alarm: Alarm,
    pass: Pass,
    signal: AbortSignal,
  ): Promise<readonly Alarm[]> {
    const row = await this.ledger.claim(alarm, destination.limits.timeoutMs + RECORDING_MS);
    if (row === undefined) return [];
    const { origin, event: json, firstFailedAt, headers, orderKey } = row;
    const event = JSON.parse(json) as CanonicalEvent;
    const { replay } = headers;
    const item = { event, json, attempt: alarm.attempt + 1, ...(replay !== undefined && { replay }) };
    const delivery = { origin, item, firstFailedAt, headers };
    const [outcome] = await this.engine.attempt(destination, [delivery], signal, { pass });
    if (outcome) await this.record(destination, delivery, outcome, alarm, signal);
    if (orderKey === null || !outcome || !OVER.has(outcome.kind)) return [];
    return this.ledger.firstInLine(destination.id, [orderKey]);
  }

  private async record(
    destination: Destination,
    delivery: Delivery,
    outcome: Outcome,
    alarm: Alarm,
    signal: AbortSignal,
  ): Promise<void> {
    const keep = <T>(what: string, run: () => Promise<T>) => persist(what, destination.id, signal, run);
    switch (outcome.kind) {
      case 'dead':
        await this.deadLetters.keep(destination, [{ ...outcome, delivery }], signal);
        await keep('removal', () => this.ledger.remove(alarm));
        return;
      case 'delivered':
      case 'filtered':
        await keep('removal', () => this.ledger.remove(alarm));
        return;
      case 'retry':
        await keep('retries', () => this.ledger.reschedule(alarm, outcome));
        this.clock.arm([{ ...alarm, attempt: alarm.attempt + 1, delayMs: outcome.delayMs }]);
        return;
      case 'held':
        if (outcome.auth) await this.pauser.pause(destination, outcome.reason, signal);
        await keep('release', () => this.ledger.release(alarm));
        return;
      case 'behind':
        throw new TypeError('what is claimed is the first of its user');
    }
  }
}

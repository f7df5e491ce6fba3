import { Injectable } from '@nestjs/common';
import { type CanonicalEvent } from '../../../events/event.js';
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

/** One further attempt of a delivery that has a row: claim, attempt as the consumer does, record. */
@Injectable()
export class RetryAttempt {
  constructor(
    private readonly directory: DestinationDirectory,
    private readonly ledger: RetryLedger,
    private readonly engine: DeliveryEngine,
    private readonly deadLetters: DeadLetters,
    private readonly clock: RetryClock,
    private readonly pauser: DestinationPauser,
  ) {}

  /** The row of a destination that is not active stays as it is; the sweeper wakes it when the destination goes on. */
  async run(alarm: Alarm, signal: AbortSignal): Promise<void> {
    const destination = this.directory.active(alarm.destinationId);
    if (destination === undefined) return;
    const row = await this.ledger.claim(alarm, destination.limits.timeoutMs + RECORDING_MS);
    if (row === undefined) return;
    const item = {
      event: JSON.parse(row.event) as CanonicalEvent,
      json: row.event,
      attempt: alarm.attempt + 1,
    };
    const delivery = { origin: row.origin, item, firstFailedAt: row.firstFailedAt };
    const [outcome] = await this.engine.attempt(destination, [delivery], signal);
    if (outcome) await this.record(destination, delivery, outcome, alarm, signal);
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
        await keep('dead_letters', () => this.deadLetters.append(destination, [{ ...outcome, delivery }]));
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
        if (outcome.auth) await this.pauser.pause(destination.id, outcome.reason, signal);
        await keep('release', () => this.ledger.release(alarm));
    }
  }
}

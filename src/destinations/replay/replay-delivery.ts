import { Injectable } from '@nestjs/common';
import { Circuits } from '../delivery/circuit/circuits.js';
import { type Delivery } from '../delivery/delivery.js';
import { DeliveryEngine } from '../delivery/delivery-engine.js';
import { type Destination } from '../delivery/destination.js';
import { DestinationPauser } from '../delivery/destination-pauser.js';
import { type Eligible } from '../delivery/eligible.js';
import { type Outcome } from '../delivery/outcome.js';
import { OutcomeRecorder } from '../delivery/outcome-recorder.js';
import { UserOrder } from '../delivery/user-order.js';
import { type Page } from './history.js';

/**
 * Sends events of the past the way that those of the log go: by the same engine, with the same order, circuit and retries.
 * Each is a delivery of its own, which carries the mark of its replay wherever it goes.
 */
@Injectable()
export class ReplayDelivery {
  constructor(
    private readonly engine: DeliveryEngine,
    private readonly circuits: Circuits,
    private readonly order: UserOrder,
    private readonly recorder: OutcomeRecorder,
    private readonly pauser: DestinationPauser,
  ) {}

  /** Resolves to those that are finished and recorded, with their outcomes; the others are to come again. */
  async deliver(
    destination: Destination,
    replayId: string,
    page: Page,
    events: readonly Eligible[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Eligible, Outcome>> {
    const circuit = this.circuits.of(destination);
    const pass = circuit.admit(Date.now());
    if (pass === undefined) return new Map();
    try {
      const behind = await this.order.waiting(destination, events, signal);
      const tried = pass.isProbe ? this.order.untilFirstFree(destination, events, behind) : events;
      const deliveries = tried.map(({ delivery, offset }) => marked(delivery, replayId, page.nameOf(offset)));
      const outcomes = await this.engine.attempt(destination, deliveries, signal, { pass, behind });
      await this.recorder.record(destination, deliveries, outcomes, signal);
      const finished = new Map(
        tried.flatMap((one, index): [Eligible, Outcome][] => {
          const outcome = outcomes[index];
          return outcome === undefined || outcome.kind === 'held' ? [] : [[one, outcome]];
        }),
      );
      if (finished.size > 0) await page.sent([...finished.keys()].map(({ offset }) => offset));
      const refusal = outcomes.find((outcome) => outcome.kind === 'held' && outcome.auth);
      if (refusal?.kind === 'held') await this.pauser.pause(destination, refusal.reason, signal);
      return finished;
    } finally {
      circuit.giveBack(pass);
    }
  }
}

function marked(delivery: Delivery, replayId: string, name: string): Delivery {
  return {
    ...delivery,
    origin: `replay/${replayId}/${name}`,
    item: { ...delivery.item, replay: replayId },
    headers: { ...delivery.headers, replay: replayId },
  };
}

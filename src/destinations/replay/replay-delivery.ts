import { Injectable } from '@nestjs/common';
import { Circuits } from '../delivery/engine/circuits.js';
import { DeliveryEngine } from '../delivery/engine/delivery-engine.js';
import { type PreparedDestination } from '../delivery/model/prepared-destination.js';
import { DestinationDirectory } from '../delivery/directory/destination-directory.js';
import { DestinationPauser } from '../delivery/directory/destination-pauser.js';
import { UserOrder } from '../delivery/ledger/user-order.js';
import { type Lease, LeaseOver } from './lease.js';
import { type PageRest } from './page-rest.js';
import { ReplayRecorder } from './replay-recorder.js';

/** How long what is under way may take to end when a replay is paused or cancelled; a stop of the process gives it longer. */
const GRACE_MS = 1_000;
const STOP_GRACE_MS = 5_000;
const graceMs = (reason: unknown): number => (reason instanceof LeaseOver ? GRACE_MS : STOP_GRACE_MS);

/**
 * Sends events of the past the way that those of the log go: by the same engine, with the same circuit and retries, and with an
 * order of users that is the replay's own.
 */
@Injectable()
export class ReplayDelivery {
  constructor(
    private readonly directory: DestinationDirectory,
    private readonly engine: DeliveryEngine,
    private readonly circuits: Circuits,
    private readonly order: UserOrder,
    private readonly recorder: ReplayRecorder,
    private readonly pauser: DestinationPauser,
  ) {}

  /**
   * Makes one attempt of the first events of a page, and writes down what became of them and how far the replay is. False when
   * some of them are to come again.
   */
  async deliver(
    destination: PreparedDestination,
    rest: PageRest,
    count: number,
    lease: Lease,
  ): Promise<boolean> {
    const { signal } = lease;
    const events = rest.first(count);
    const circuit = this.circuits.of(destination);
    const pass = circuit.admit(Date.now());
    if (pass === undefined) return false;
    try {
      const behind = await this.order.waiting(destination, events, signal);
      const tried = pass.isProbe ? this.order.untilFirstFree(destination, events, behind) : events;
      const deliveries = tried.map(({ delivery }) => delivery);
      const isOutdated = (): boolean => !this.directory.isCurrent(destination);
      const options = { pass, behind, isOutdated, graceMs };
      const outcomes = await this.engine.attempt(destination, deliveries, signal, options);
      const finished = tried.flatMap((event, index) => {
        const outcome = outcomes[index];
        return outcome === undefined || outcome.kind === 'held' ? [] : [{ event, outcome }];
      });
      if (finished.length > 0) await this.recorder.record(destination, rest, finished, lease);
      const refusal = outcomes.find((outcome) => outcome.kind === 'held' && outcome.auth);
      if (refusal?.kind === 'held') await this.pauser.pause(destination, refusal.reason, signal);
      return finished.length === events.length;
    } finally {
      circuit.giveBack(pass);
    }
  }
}

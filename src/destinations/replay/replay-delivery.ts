import { Injectable } from '@nestjs/common';
import { DeliveryAdmission } from '../delivery/engine/delivery-admission.js';
import { type PreparedDestination } from '../delivery/model/prepared-destination.js';
import { type Lease, LeaseOver } from './lease.js';
import { type PageRest } from './page-rest.js';
import { ReplayRecorder } from './replay-recorder.js';

/** Time for in-flight calls when a replay is paused or cancelled; a stopping process gives them longer. */
const PAUSE_GRACE_MS = 1_000;
const graceMs = (reason: unknown): number | undefined =>
  reason instanceof LeaseOver ? PAUSE_GRACE_MS : undefined;

/** Delivers replayed events by the same engine, circuit and retries as new ones; the order of users is the replay's own. */
@Injectable()
export class ReplayDelivery {
  constructor(
    private readonly admission: DeliveryAdmission,
    private readonly recorder: ReplayRecorder,
  ) {}

  /**
   * Makes one attempt of the first `count` events of a page, and records the outcomes together with the progress. False when
   * some of them must be attempted again.
   */
  async deliver(
    destination: PreparedDestination,
    rest: PageRest,
    count: number,
    lease: Lease,
  ): Promise<boolean> {
    const events = rest.first(count);
    const isDone = await this.admission.admit(destination, lease.signal, (admitted) =>
      admitted.attempt(events, { keepsOrder: true, graceMs }, async (attempted) => {
        const finished = attempted.filter(({ outcome }) => outcome.kind !== 'held');
        if (finished.length > 0) await this.recorder.record(destination, rest, finished, lease);
        return finished.length === events.length;
      }),
    );
    return isDone ?? false;
  }
}

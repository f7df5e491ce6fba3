import { Injectable } from '@nestjs/common';
import { pause } from '../../../resilience/backoff.js';
import {
  type BatchControl,
  BatchPostponed,
  type RecordBatch,
  type StoredRecord,
} from '../../../event-log/reader.js';
import { BatchAttempt } from './batch-attempt.js';
import { BatchHeld } from './batch-held.js';
import { Circuits } from '../engine/circuits.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { sortBatch } from '../model/eligible.js';
import { Exclusions } from './exclusions.js';

/** How long what waits for a circuit goes without asking: it may have closed, or the destination may have been changed. */
const ASK_MS = 500;

/**
 * What a destination's consumer does with a batch of the events topic, until all of it is finished. Throws BatchHeld when
 * deliveries must wait in the log, and BatchPostponed when that is because the destination is paused. While the circuit is open
 * it waits with the batch at hand: reading it again and again would cost the log more than keeping it costs memory.
 */
@Injectable()
export class BatchDelivery {
  constructor(
    private readonly directory: DestinationDirectory,
    private readonly circuits: Circuits,
    private readonly attempt: BatchAttempt,
    private readonly exclusions: Exclusions,
  ) {}

  async deliver(destinationId: string, batch: RecordBatch, control: BatchControl): Promise<void> {
    // Origins that are recorded although an earlier delivery is held; known here only, so a crash brings them again.
    const done = new Set<string>();
    let records = batch.records;
    while (records.length > 0) {
      const destination = this.directory.find(destinationId);
      if (destination === undefined) throw new BatchHeld('the destination is not there');
      const rest = { ...batch, records };
      if (destination.state === 'paused') {
        await this.attempt.leave(destination, rest, control, done);
        throw new BatchPostponed(ASK_MS);
      }
      records =
        destination.state === 'disabled'
          ? this.skip(destination, rest)
          : await this.admitted(destination, rest, control, done);
    }
  }

  private skip(destination: PreparedDestination, batch: RecordBatch): readonly StoredRecord[] {
    const { eligible, unwanted } = sortBatch(batch, destination);
    const skipped = eligible.map(({ offset, delivery: { item } }) => {
      return { offset, event: item.event, reason: 'disabled' as const };
    });
    this.exclusions.add(destination, [...unwanted, ...skipped]);
    return [];
  }

  /** Tries what the circuit lets pass. Returns the records that are not finished. */
  private async admitted(
    destination: PreparedDestination,
    batch: RecordBatch,
    control: BatchControl,
    done: Set<string>,
  ): Promise<readonly StoredRecord[]> {
    const circuit = this.circuits.of(destination);
    const pass = circuit.admit(Date.now());
    const left =
      pass &&
      (await this.attempt
        .run(destination, batch, control, { pass, done })
        .finally(() => circuit.giveBack(pass)));
    if (left !== undefined) return left;
    await pause(Math.min(circuit.waitMs(Date.now()) || ASK_MS, ASK_MS), control.signal);
    if (!control.signal.aborted) return batch.records;
    await this.attempt.leave(destination, batch, control, done);
    throw new BatchHeld('stopped while the circuit is open');
  }
}

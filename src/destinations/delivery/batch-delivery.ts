import { Injectable, Logger } from '@nestjs/common';
import { type BatchControl, type RecordBatch } from '../../event-log/event-log.js';
import { countFiltered } from './attempt-log.js';
import { DeliveryEngine } from './delivery-engine.js';
import { DestinationDirectory } from './destination-directory.js';
import { DestinationPauser } from './destination-pauser.js';
import { sortBatch } from './eligible.js';
import { OutcomeRecorder } from './outcome-recorder.js';

/** A batch was not finished, on purpose: what is not marked finished is to come again. */
export class BatchHeld extends Error {
  override readonly name = 'BatchHeld';
}

/**
 * What a destination's consumer does with a batch of the events topic: pick, attempt, record, and only then let the
 * position move. Throws BatchHeld when deliveries must wait in the log.
 */
@Injectable()
export class BatchDelivery {
  private readonly log = new Logger(BatchDelivery.name);

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly engine: DeliveryEngine,
    private readonly recorder: OutcomeRecorder,
    private readonly pauser: DestinationPauser,
  ) {}

  async deliver(destinationId: string, batch: RecordBatch, control: BatchControl): Promise<void> {
    const destination = this.directory.active(destinationId);
    if (destination === undefined) throw new BatchHeld('the destination is not active');
    const { eligible, unwanted, unreadable } = sortBatch(batch, destination);
    if (unreadable.length > 0) {
      this.log.warn({
        event: 'delivery.unreadable',
        destination: destinationId,
        offsets: unreadable.map(String),
      });
    }
    const deliveries = eligible.map(({ delivery }) => delivery);
    const outcomes = await this.engine.attempt(destination, deliveries, control.signal);
    const held = outcomes.findIndex(({ kind }) => kind === 'held');
    const end = held === -1 ? outcomes.length : held;
    await this.recorder.record(destination, deliveries.slice(0, end), outcomes.slice(0, end), control.signal);
    const next = eligible[end];
    // What lies behind a delivery that is held comes again, and is counted then.
    const passed = next ? unwanted.filter((offset) => offset < next.offset) : unwanted;
    countFiltered(destination, passed.length);
    if (next === undefined) return;
    if (next.offset > (batch.records[0]?.offset ?? 0n)) control.finished(next.offset - 1n);
    const refusal = outcomes.find((outcome) => outcome.kind === 'held' && outcome.auth);
    if (refusal?.kind === 'held') await this.pauser.pause(destinationId, refusal.reason, control.signal);
    throw new BatchHeld('deliveries wait in the log');
  }
}

import { Injectable, Logger } from '@nestjs/common';
import {
  type BatchControl,
  BatchPostponed,
  type RecordBatch,
  type StoredRecord,
} from '../../event-log/event-log.js';
import { countFiltered } from './attempt-log.js';
import { BatchHeld } from './batch-held.js';
import { type Pass } from './circuit/circuit.js';
import { DeliveryEngine } from './delivery-engine.js';
import { type Destination } from './destination.js';
import { DestinationPauser } from './destination-pauser.js';
import { type Eligible, sortBatch, type Sorted } from './eligible.js';
import { gatheringMs } from './gathering.js';
import { type Outcome } from './outcome.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { UserOrder } from './user-order.js';

/** One attempt of what a batch of the events topic holds: pick, attempt, record, and only then let the position move. */
@Injectable()
export class BatchAttempt {
  private readonly log = new Logger(BatchAttempt.name);

  constructor(
    private readonly engine: DeliveryEngine,
    private readonly order: UserOrder,
    private readonly recorder: OutcomeRecorder,
    private readonly pauser: DestinationPauser,
  ) {}

  /**
   * Returns the records that are not finished; undefined when a probe finds nothing that it may try. `done` are origins that
   * are recorded already, and grows.
   */
  async run(
    destination: Destination,
    batch: RecordBatch,
    control: BatchControl,
    { pass, done }: { readonly pass: Pass; readonly done: Set<string> },
  ): Promise<readonly StoredRecord[] | undefined> {
    const { signal } = control;
    const sorted = sortBatch(batch, destination);
    const all = sorted.eligible.filter(({ delivery }) => !done.has(delivery.origin));
    const wait = pass.isProbe || done.size > 0 ? 0 : gatheringMs(batch, all, destination.limits, Date.now());
    if (wait > 0) {
      this.finish(destination, batch, sorted, control, all[0]?.offset);
      throw new BatchPostponed(wait);
    }
    const behind = await this.order.waiting(destination, all, signal);
    const eligible = pass.isProbe ? this.order.untilFirstFree(destination, all, behind) : all;
    if (eligible.length === 0 && all.length > 0) return undefined;
    const deliveries = eligible.map(({ delivery }) => delivery);
    const outcomes = await this.engine.attempt(destination, deliveries, signal, { pass, behind });
    const refusal = outcomes.find((outcome) => outcome.kind === 'held' && outcome.auth);
    const held = outcomes.findIndex(({ kind }) => kind === 'held');
    const ends = refusal !== undefined || signal.aborted;
    const count = ends && held !== -1 ? held : outcomes.length;
    await this.recorder.record(destination, deliveries.slice(0, count), outcomes.slice(0, count), signal);
    markDone(eligible, outcomes, done);
    const next = held === -1 ? all[eligible.length] : all[held];
    this.finish(destination, batch, sorted, control, next?.offset);
    if (next === undefined) return [];
    if (refusal?.kind === 'held') await this.pauser.pause(destination, refusal.reason, signal);
    if (ends) throw new BatchHeld('deliveries wait in the log');
    return batch.records.filter(({ offset }) => offset >= next.offset);
  }

  /** Finishes what lies before a delivery that is to come again; what lies behind it is counted when it comes. */
  private finish(
    destination: Destination,
    { records }: RecordBatch,
    { unwanted, unreadable }: Sorted,
    control: BatchControl,
    next: bigint | undefined,
  ): void {
    const passed = (offsets: readonly bigint[]) =>
      offsets.filter((offset) => next === undefined || offset < next);
    countFiltered(destination, passed(unwanted).length, 'excluded');
    const offsets = passed(unreadable).map(String);
    if (offsets.length > 0)
      this.log.warn({ event: 'delivery.unreadable', destination: destination.id, offsets });
    if (next !== undefined && next > (records[0]?.offset ?? 0n)) control.finished(next - 1n);
  }
}

function markDone(eligible: readonly Eligible[], outcomes: readonly Outcome[], done: Set<string>): void {
  for (const [index, { delivery }] of eligible.entries())
    if (outcomes[index]?.kind !== 'held') done.add(delivery.origin);
}

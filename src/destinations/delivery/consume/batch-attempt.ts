import { Injectable, Logger } from '@nestjs/common';
import {
  type BatchControl,
  BatchPostponed,
  type RecordBatch,
  type StoredRecord,
} from '../../../event-log/reader.js';
import { BatchHeld } from './batch-held.js';
import { type Pass } from '../engine/circuit.js';
import { DeliveryEngine } from '../engine/delivery-engine.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { DestinationPauser } from '../directory/destination-pauser.js';
import { type Eligible, sortBatch, type Sorted } from '../model/eligible.js';
import { Exclusions } from './exclusions.js';
import { gatheringMs } from '../model/gathering.js';
import { type Outcome } from '../model/outcome.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { UserOrder } from '../ledger/user-order.js';

/** One attempt of what a batch of the events topic holds: pick, attempt, record, and only then let the position move. */
@Injectable()
export class BatchAttempt {
  private readonly logger = new Logger(BatchAttempt.name);

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly engine: DeliveryEngine,
    private readonly order: UserOrder,
    private readonly recorder: OutcomeRecorder,
    private readonly pauser: DestinationPauser,
    private readonly exclusions: Exclusions,
  ) {}

  /**
   * Returns the records that are not finished; undefined when a probe finds nothing that it may try. `done` are origins that
   * are recorded already, and grows. Throws BatchHeld when the batch is to be left, as it is then.
   */
  async run(
    destination: PreparedDestination,
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
    const isOutdated = () => !this.directory.isCurrent(destination);
    const outcomes = await this.engine.attempt(destination, deliveries, signal, { pass, behind, isOutdated });
    await this.recorder.record(destination, deliveries, outcomes, signal);
    markDone(eligible, outcomes, done);
    const next = all.find(({ delivery }) => !done.has(delivery.origin));
    const refusal = outcomes.find((outcome) => outcome.kind === 'held' && outcome.auth);
    if (next !== undefined && (refusal !== undefined || signal.aborted)) {
      await this.leave(destination, batch, control, done);
      if (refusal?.kind === 'held') await this.pauser.pause(destination, refusal.reason, signal);
      throw new BatchHeld('deliveries wait in the log');
    }
    this.finish(destination, batch, sorted, control, next?.offset);
    return next === undefined ? [] : batch.records.filter(({ offset }) => offset >= next.offset);
  }

  /**
   * Leaves a batch that is not finished to whoever reads the log next. What is not done goes to the ledger where something
   * behind it is done, for that must not come again; the rest stays in the log.
   */
  async leave(
    destination: PreparedDestination,
    batch: RecordBatch,
    control: BatchControl,
    done: ReadonlySet<string>,
  ): Promise<void> {
    const sorted = sortBatch(batch, destination);
    const { eligible } = sorted;
    const last = eligible.findLastIndex(({ delivery }) => done.has(delivery.origin));
    if (last === -1) return;
    const before = eligible.slice(0, last).map(({ delivery }) => delivery);
    const open = before.filter(({ origin }) => !done.has(origin));
    const behind = open.map(() => ({ kind: 'behind' }) as const);
    await this.recorder.record(destination, open, behind, control.signal);
    const end = (batch.records.at(-1)?.offset ?? 0n) + 1n;
    this.finish(destination, batch, sorted, control, eligible[last + 1]?.offset ?? end);
  }

  /** Finishes what lies before a delivery that is to come again; what lies behind it is counted when it comes. */
  private finish(
    destination: PreparedDestination,
    { records }: RecordBatch,
    { unwanted, unreadable }: Sorted,
    control: BatchControl,
    next: bigint | undefined,
  ): void {
    const isPassed = (offset: bigint): boolean => next === undefined || offset < next;
    this.exclusions.add(
      destination,
      unwanted.filter(({ offset }) => isPassed(offset)),
    );
    const offsets = unreadable.filter(isPassed).map(String);
    if (offsets.length > 0)
      this.logger.warn({ event: 'delivery.unreadable', destination: destination.id, offsets });
    if (next !== undefined && next > (records[0]?.offset ?? 0n)) control.finished(next - 1n);
  }
}

function markDone(eligible: readonly Eligible[], outcomes: readonly Outcome[], done: Set<string>): void {
  for (const [index, { delivery }] of eligible.entries())
    if (outcomes[index]?.kind !== 'held') done.add(delivery.origin);
}

import { Injectable, Logger } from '@nestjs/common';
import { type BatchControl, type RecordBatch } from '../../../event-log/reader.js';
import { type SortedBatch, sortBatch } from '../model/eligible.js';
import { type BacklogOwner, type PreparedDestination } from '../model/prepared-destination.js';
import { FilteredEvents } from './filtered-events.js';
import { OutcomeRecorder } from './outcome-recorder.js';

/** A batch in delivery, or the rest of it. */
export interface CurrentBatch {
  readonly batch: RecordBatch;
  readonly control: BatchControl;
  /** Origins that are recorded although an earlier delivery is held. In memory only, so a crash leads to redelivery. */
  readonly done: Set<string>;
}

/** Moves the committed position of a batch, and counts the events that it passes without an attempt. */
@Injectable()
export class BatchPosition {
  private readonly logger = new Logger(BatchPosition.name);

  constructor(
    private readonly recorder: OutcomeRecorder,
    private readonly filtered: FilteredEvents,
  ) {}

  /** Moves past everything before offset `next`, the first delivery that is not recorded; undefined for the whole batch. */
  advance(
    destination: BacklogOwner,
    { batch: { records }, control }: CurrentBatch,
    { filtered, unreadable }: SortedBatch,
    next: bigint | undefined,
  ): void {
    const isPassed = (offset: bigint): boolean => next === undefined || offset < next;
    this.filtered.add(
      destination,
      filtered.filter(({ offset }) => isPassed(offset)),
    );
    const offsets = unreadable.filter(isPassed).map(String);
    if (offsets.length > 0)
      this.logger.warn({ event: 'delivery.unreadable', destination: destination.id, offsets });
    if (next !== undefined && next > (records[0]?.offset ?? 0n)) control.finished(next - 1n);
  }

  /**
   * Hands an unfinished batch to the next consumer. Unfinished events that precede a finished one are stored as retries, so
   * that the offset can move past the finished one; the rest is read from the log again.
   */
  async leave(destination: PreparedDestination, current: CurrentBatch): Promise<void> {
    const { batch, control, done } = current;
    const sorted = sortBatch(batch, destination);
    const { eligible } = sorted;
    const last = eligible.findLastIndex(({ delivery }) => done.has(delivery.origin));
    if (last === -1) return;
    const open = eligible.slice(0, last).filter(({ delivery }) => !done.has(delivery.origin));
    const behind = open.map((candidate) => ({ candidate, outcome: { kind: 'behind' } as const }));
    await this.recorder.record(destination, behind, control.signal);
    const end = (batch.records.at(-1)?.offset ?? 0n) + 1n;
    this.advance(destination, current, sorted, eligible[last + 1]?.offset ?? end);
  }
}

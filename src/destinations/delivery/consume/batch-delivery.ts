import { Injectable } from '@nestjs/common';
import { type BatchControl, BatchLeft, BatchPostponed, type RecordBatch } from '../../../event-log/reader.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { type FilteredEvent, sortBatch } from '../model/eligible.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { BacklogShedding } from './backlog-shedding.js';
import { BatchAttempt, type BatchResult } from './batch-attempt.js';
import { BatchPosition, type CurrentBatch } from './batch-position.js';
import { FilteredEvents } from './filtered-events.js';

/** How long the log waits before it redelivers a batch of a destination that was paused meanwhile. */
const PAUSED_MS = 500;

/** Delivers a batch of the events topic to one destination, attempt by attempt, until all of it is finished. */
@Injectable()
export class BatchDelivery {
  constructor(
    private readonly directory: DestinationDirectory,
    private readonly attempt: BatchAttempt,
    private readonly position: BatchPosition,
    private readonly filtered: FilteredEvents,
    private readonly shedding: BacklogShedding,
  ) {}

  /** The `onBatch` of a destination's consumer. Throws BatchPostponed or BatchLeft when records must stay in the log. */
  async deliver(destinationId: string, batch: RecordBatch, control: BatchControl): Promise<void> {
    let current: CurrentBatch = { batch, control, done: new Set() };
    for (;;) {
      const result = await this.next(destinationId, current);
      switch (result.kind) {
        case 'finished':
          return;
        case 'again':
          current = { ...current, batch: startingAt(result.from, current.batch) };
          break;
        case 'later':
          throw new BatchPostponed(result.afterMs);
        case 'held':
          throw new BatchLeft(result.reason);
      }
    }
  }

  /** What the destination's state, which may have changed since the last attempt, lets happen to the batch. */
  private async next(destinationId: string, current: CurrentBatch): Promise<BatchResult> {
    const destination = this.directory.find(destinationId);
    const owner = destination?.state === 'disabled' ? undefined : this.directory.ownerOf(destinationId);
    const shed = owner && (await this.shedding.shed(owner, current));
    if (shed !== undefined) return shed;
    if (destination === undefined) return { kind: 'held', reason: 'unusable' };
    switch (destination.state) {
      case 'paused':
        await this.position.leave(destination, current);
        return { kind: 'later', afterMs: PAUSED_MS };
      case 'disabled':
        this.filterAll(destination, current.batch);
        return { kind: 'finished' };
      case 'active':
        return this.attempt.run(destination, current);
    }
  }

  private filterAll(destination: PreparedDestination, batch: RecordBatch): void {
    const { eligible, filtered } = sortBatch(batch, destination);
    const disabled = eligible.map(({ offset, delivery: { item } }): FilteredEvent => {
      return { offset, event: item.event, reason: 'disabled' };
    });
    this.filtered.add(destination, [...filtered, ...disabled]);
  }
}

function startingAt(from: bigint, batch: RecordBatch): RecordBatch {
  return { ...batch, records: batch.records.filter(({ offset }) => offset >= from) };
}

import { type PreparedDestination } from '../delivery/model/prepared-destination.js';
import { sortBatch } from '../delivery/model/eligible.js';
import { type HistoryPage } from './history/history.js';

/** What a dry run has seen so far. */
export class Tally {
  count = 0;
  scanned = 0;
  /** When the first and the last event that matched were stored, in ms; undefined while there is none. */
  first: number | undefined = undefined;
  last: number | undefined = undefined;

  add(
    { batch }: HistoryPage,
    destination: Pick<PreparedDestination, 'workspaceId' | 'sources' | 'handler'>,
  ): void {
    const matching = new Set(sortBatch(batch, destination).eligible.map(({ offset }) => offset));
    this.scanned += batch.records.length;
    this.count += matching.size;
    for (const { offset, timestamp } of batch.records) {
      if (!matching.has(offset)) continue;
      this.first = Math.min(this.first ?? timestamp, timestamp);
      this.last = Math.max(this.last ?? timestamp, timestamp);
    }
  }
}

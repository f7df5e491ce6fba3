import { type Destination } from '../delivery/destination.js';
import { sortBatch } from '../delivery/eligible.js';
import { type Page } from './history.js';

/** What a dry run has seen so far. */
export class Tally {
  count = 0;
  scanned = 0;
  /** When the first and the last event that matched were stored, in ms; undefined while there is none. */
  first: number | undefined = undefined;
  last: number | undefined = undefined;

  add({ batch }: Page, destination: Pick<Destination, 'workspaceId' | 'sources' | 'handler'>): void {
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

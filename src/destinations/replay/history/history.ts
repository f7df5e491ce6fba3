import { type EntityManager } from 'typeorm';
import { type RecordBatch } from '../../../event-log/reader.js';

/** How far a replay has read in each place: in the partitions of the topic, or in the list of dead letters. */
export type Positions = Readonly<Record<string, string>>;

/** The position in a place after a finished record. */
export interface Mark {
  readonly place: string;
  readonly next: string;
}

/** The position of a replay. */
export interface ReplayPosition {
  readonly positions: Positions;
  /** Names of finished records beyond a position, which an earlier unfinished record holds back. */
  readonly ahead: readonly string[];
}

/** Stored events as records of the log, in order. */
export interface HistoryPage {
  readonly batch: RecordBatch;
  /** The mark after the record with this offset. */
  after(offset: bigint): Mark;
  /** Identifies the record with this offset among all others, the same in every read. */
  nameOf(offset: bigint): string;
  /** Called for finished records, in the transaction that records them. */
  sent(offsets: readonly bigint[], on: Pick<EntityManager, 'query'>): Promise<void>;
}

/** What a replay reads, fixed when it is made. Offsets are texts, because JSON has no bigint. */
export interface ReplayPlan {
  readonly ranges: readonly { readonly partition: number; readonly from: string; readonly to: string }[];
  /** Records to read, matching or not. */
  readonly total: number;
  /** When the plan was made, as an ISO text: later dead letters are not part of it. */
  readonly until: string;
}

/** The source of a replay: the event log, or the dead letters of its destination. */
export interface History {
  /** Reads from a position to the end, page by page, records ahead of it included. Resolves when all pages are handled. */
  read(
    from: ReplayPosition,
    signal: AbortSignal,
    onPage: (page: HistoryPage) => Promise<void>,
  ): Promise<void>;
}

import { type EntityManager } from 'typeorm';
import { type RecordBatch } from '../../../event-log/reader.js';

/** How far a replay has read, by places: the partitions of the topic, or the list of dead letters. */
export type Positions = Readonly<Record<string, string>>;

/** The position of a place when everything up to a record is finished. */
export interface Mark {
  readonly place: string;
  readonly next: string;
}

/** Where a replay stands. */
export interface ReplayPosition {
  readonly positions: Positions;
  /** Names of records that are finished although they lie behind a position: an earlier one is not. */
  readonly ahead: readonly string[];
}

/** Events of the past in the form of the log's records, in order. */
export interface HistoryPage {
  readonly batch: RecordBatch;
  /** The mark behind the record of an offset. */
  after(offset: bigint): Mark;
  /** What distinguishes the record of an offset from all others, the same whenever it is read. */
  nameOf(offset: bigint): string;
  /** Told when records have been sent on their way, in the transaction that writes that down. */
  sent(offsets: readonly bigint[], on: Pick<EntityManager, 'query'>): Promise<void>;
}

/** What there is to read is fixed when the replay is made; offsets are texts, for JSON knows no bigint. */
export interface ReplayPlan {
  readonly ranges: readonly { readonly partition: number; readonly from: string; readonly to: string }[];
  /** Records to read, whether they match or not. */
  readonly total: number;
  /** When it was made, as an ISO text: no dead letter that came later belongs to it. */
  readonly until: string;
}

/** Where a replay reads: the event log, or the dead letters of its destination. */
export interface History {
  /** Resolves when everything from there on has been handed on, page by page, with what lies ahead. */
  read(
    from: ReplayPosition,
    signal: AbortSignal,
    onPage: (page: HistoryPage) => Promise<void>,
  ): Promise<void>;
}

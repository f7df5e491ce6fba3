import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Delivery, type TravellingHeaders } from '../model/delivery.js';
import { storable } from '../model/storable.js';
import { type RetryTimer } from './retry-timer.js';
import {
  CLAIM,
  FIRST_IN_LINE,
  INSERT,
  RELEASE,
  REMOVE,
  RENEW,
  RESCHEDULE,
  TAKE_OVERDUE,
  USERS_WAITING,
} from './retry-statements.js';

/** A delivery that failed and is to be tried again. */
export interface Retry {
  readonly delayMs: number;
  readonly reason: string;
  readonly status?: number;
}

export interface NewRetry extends Retry {
  readonly delivery: Delivery;
  /** Attempts made: none of what waits behind an earlier event. */
  readonly attempts: number;
  /** The user, where the destination wants order. */
  readonly orderKey: string | undefined;
}

/** Which row, and how many attempts it had: once another is counted, the key is no longer good. */
export type RetryKey = Pick<RetryTimer, 'id' | 'attempt'>;

/** A delivery that is over, and how it ended. */
export interface Ended extends RetryKey {
  readonly kind: 'delivered' | 'filtered' | 'dead';
}

/** A claimed row: nobody else attempts it before the lease is over. */
export interface ClaimedRetry extends RetryKey {
  readonly origin: string;
  /** The event's JSON text as the log held it. */
  readonly event: string;
  readonly firstFailedAt: Date;
  readonly orderKey: string | null;
  readonly headers: TravellingHeaders;
}

/**
 * The rows of failed deliveries: the truth about what is still to be tried (DESIGN 5.5). `attempt` counts the attempts made;
 * together with the id it fences off whoever lost its claim. All times are the database's.
 */
@Injectable()
export class RetryLedger {
  constructor(private readonly database: DataSource) {}

  /**
   * One statement for a batch, in whose order the rows stand. A delivery that has its row already keeps it. Returned are the
   * alarms of those that failed, and of those behind that have nobody before them any more. `on` is a transaction.
   */
  async insert(
    destinationId: string,
    retries: readonly NewRetry[],
    on: Pick<EntityManager, 'query'> = this.database,
  ): Promise<RetryTimer[]> {
    const rows = await on.query<RetryTimer[]>(INSERT, [
      destinationId,
      retries.map(({ delivery }) => delivery.origin),
      retries.map(({ delivery }) => storable(delivery.item.event.messageId)),
      retries.map(({ delivery }) => delivery.item.json),
      retries.map(({ attempts }) => attempts),
      retries.map(({ delayMs }) => delayMs),
      retries.map(({ status }) => status ?? null),
      retries.map(({ reason }) => storable(reason)),
      retries.map(({ orderKey }) => orderKey ?? null),
      retries.map(({ delivery }) => JSON.stringify(delivery.headers ?? {})),
    ]);
    const failed = rows.filter(({ attempt }) => attempt > 0);
    const behind = retries.flatMap(({ attempts, orderKey }) =>
      attempts === 0 && orderKey ? [orderKey] : [],
    );
    return behind.length === 0 ? failed : [...failed, ...(await this.firstInLine(destinationId, behind, on))];
  }

  /** Of these users, those of whom something waits. */
  async usersWaiting(destinationId: string, orderKeys: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ key: string }[]>(USERS_WAITING, [destinationId, orderKeys]);
    return rows.map(({ key }) => key);
  }

  /** The first delivery of each of these users, where that is due and nobody is at it. */
  async firstInLine(
    destinationId: string,
    orderKeys: readonly string[],
    on: Pick<EntityManager, 'query'> = this.database,
  ): Promise<RetryTimer[]> {
    return on.query<RetryTimer[]>(FIRST_IN_LINE, [destinationId, [...new Set(orderKeys)]]);
  }

  /**
   * Those of a destination that could be claimed. Left out is what was attempted already, what somebody else is at, and where
   * an earlier event of the user is to go first.
   */
  async claim(destinationId: string, keys: readonly RetryKey[], leaseMs: number): Promise<ClaimedRetry[]> {
    return this.database.query<ClaimedRetry[]>(CLAIM, [destinationId, ...columnsOf(keys), leaseMs]);
  }

  /** The claims last so long from now on. */
  async renew(destinationId: string, keys: readonly RetryKey[], leaseMs: number): Promise<void> {
    await this.database.query(RENEW, [destinationId, ...columnsOf(keys), leaseMs]);
  }

  /** Counts the attempts just made and gives the claims back. */
  async reschedule(destinationId: string, retries: readonly (RetryKey & Retry)[]): Promise<void> {
    await this.database.query(RESCHEDULE, [
      destinationId,
      ...columnsOf(retries),
      retries.map(({ delayMs }) => delayMs),
      retries.map(({ status }) => status ?? null),
      retries.map(({ reason }) => storable(reason)),
    ]);
  }

  /** Gives the claims back without an attempt being counted. */
  async release(destinationId: string, keys: readonly RetryKey[]): Promise<void> {
    await this.database.query(RELEASE, [destinationId, ...columnsOf(keys)]);
  }

  /** The deliveries are over. Replays count what became of theirs with that, so that each is counted once. */
  async remove(destinationId: string, ended: readonly Ended[]): Promise<void> {
    const kinds = ended.map(({ kind }) => kind);
    await this.database.query(REMOVE, [destinationId, ...columnsOf(ended), kinds]);
  }

  /**
   * Rows of these destinations that nobody attempts although they have been due for a while, the longest first. They go to
   * the end of the line, so that a page of rows that must wait does not hide those behind it.
   */
  async takeOverdue(
    destinationIds: readonly string[],
    graceMs: number,
    limit: number,
  ): Promise<RetryTimer[]> {
    return this.database.query<RetryTimer[]>(TAKE_OVERDUE, [destinationIds, graceMs, limit]);
  }
}

const columnsOf = (keys: readonly RetryKey[]): [string[], number[]] => [
  keys.map(({ id }) => id),
  keys.map(({ attempt }) => attempt),
];

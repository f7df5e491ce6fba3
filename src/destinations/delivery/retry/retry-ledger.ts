import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Delivery, type TravellingHeaders } from '../delivery.js';
import { storable } from '../storable.js';
import { type Alarm } from './alarm.js';
import {
  CLAIM,
  FIRST_IN_LINE,
  INSERT,
  RELEASE,
  REMOVE,
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

/** A claimed row: nobody else attempts it before the lease is over. */
export interface ClaimedRetry {
  readonly origin: string;
  /** The event's JSON text as the log held it. */
  readonly event: string;
  readonly firstFailedAt: Date;
  readonly orderKey: string | null;
  readonly headers: TravellingHeaders;
}

type Key = Pick<Alarm, 'id' | 'attempt'>;

/**
 * The rows of failed deliveries: the truth about what is still to be tried (DESIGN 5.5). `attempt` counts the attempts made;
 * together with the id it fences off whoever lost its claim. All times are the database's.
 */
@Injectable()
export class RetryLedger {
  constructor(private readonly database: DataSource) {}

  /**
   * One statement for a batch, in whose order the rows stand. A delivery that has its row already keeps it. Returned are the
   * alarms of those that failed, and of those behind that have nobody before them any more.
   */
  async insert(destinationId: string, retries: readonly NewRetry[]): Promise<Alarm[]> {
    const rows = await this.database.query<Alarm[]>(INSERT, [
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
    return behind.length === 0 ? failed : [...failed, ...(await this.firstInLine(destinationId, behind))];
  }

  /** Of these users, those of whom something waits. */
  async usersWaiting(destinationId: string, orderKeys: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ key: string }[]>(USERS_WAITING, [destinationId, orderKeys]);
    return rows.map(({ key }) => key);
  }

  /** The first delivery of each of these users, where that is due and nobody is at it. */
  async firstInLine(destinationId: string, orderKeys: readonly string[]): Promise<Alarm[]> {
    return this.database.query<Alarm[]>(FIRST_IN_LINE, [destinationId, [...new Set(orderKeys)]]);
  }

  /** Undefined when the attempt was made already, somebody else is at it, or an earlier event of its user is to go first. */
  async claim({ id, attempt }: Key, leaseMs: number): Promise<ClaimedRetry | undefined> {
    const rows = await this.database.query<ClaimedRetry[]>(CLAIM, [id, attempt, leaseMs]);
    return rows[0];
  }

  /** Counts the attempt just made and gives the claim back. */
  async reschedule({ id, attempt }: Key, { delayMs, status, reason }: Retry): Promise<void> {
    await this.database.query(RESCHEDULE, [id, attempt, delayMs, status ?? null, storable(reason)]);
  }

  /** Gives the claim back without an attempt being counted. */
  async release({ id, attempt }: Key): Promise<void> {
    await this.database.query(RELEASE, [id, attempt]);
  }

  /** The delivery is over. */
  async remove({ id, attempt }: Key): Promise<void> {
    await this.database.query(REMOVE, [id, attempt]);
  }

  /**
   * Rows of these destinations that nobody attempts although they have been due for a while, the longest first. They go to
   * the end of the line, so that a page of rows that must wait does not hide those behind it.
   */
  async takeOverdue(destinationIds: readonly string[], graceMs: number, limit: number): Promise<Alarm[]> {
    return this.database.query<Alarm[]>(TAKE_OVERDUE, [destinationIds, graceMs, limit]);
  }
}

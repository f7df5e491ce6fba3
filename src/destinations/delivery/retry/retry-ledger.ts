import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Delivery } from '../delivery.js';
import { type Alarm } from './alarm.js';
import { CLAIM, INSERT, REMOVE, RELEASE, RESCHEDULE, TAKE_OVERDUE } from './retry-statements.js';

/** A delivery that failed and is to be tried again. */
export interface Retry {
  readonly delayMs: number;
  readonly reason: string;
  readonly status?: number;
}

export interface NewRetry extends Retry {
  readonly delivery: Delivery;
}

/** A claimed row: nobody else attempts it before the lease is over. */
export interface ClaimedRetry {
  readonly origin: string;
  /** The event's JSON text as the log held it. */
  readonly event: string;
  readonly firstFailedAt: Date;
}

type Key = Pick<Alarm, 'id' | 'attempt'>;

/**
 * The rows of failed deliveries: the truth about what is still to be tried (DESIGN 5.5). `attempt` counts the attempts made;
 * together with the id it fences off whoever lost its claim. All times are the database's.
 */
@Injectable()
export class RetryLedger {
  constructor(private readonly database: DataSource) {}

  /** One statement for a batch. A delivery that has its row already keeps it, and is not among the alarms returned. */
  async insert(destinationId: string, retries: readonly NewRetry[]): Promise<Alarm[]> {
    return this.database.query<Alarm[]>(INSERT, [
      destinationId,
      retries.map(({ delivery }) => delivery.origin),
      retries.map(({ delivery }) => storable(delivery.item.event.messageId)),
      retries.map(({ delivery }) => delivery.item.json),
      retries.map(({ delivery }) => delivery.item.attempt),
      retries.map(({ delayMs }) => delayMs),
      retries.map(({ status }) => status ?? null),
      retries.map(({ reason }) => storable(reason)),
    ]);
  }

  /** Undefined when the attempt was made already or somebody else is at it. */
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

const MAX_TEXT = 500;

/** Postgres takes every character but NUL; one such would fail the statement for the whole batch. */
function storable(text: string): string {
  return text.slice(0, MAX_TEXT).replaceAll('\0', '');
}

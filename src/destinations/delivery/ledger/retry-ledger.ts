import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Delivery, type TravellingHeaders } from '../model/delivery.js';
import { storable } from '../model/storable.js';
import { waitingUpTo } from './redelivery.js';
import {
  CLAIM,
  FIRST_IN_LINE,
  INSERT,
  RELEASE,
  removal,
  RENEW,
  RESCHEDULE,
  TAKE_OVERDUE,
  USERS_WAITING,
  WITHOUT_USERS_WAITING,
} from './retry-statements.js';

/** A timer of a retry: which delivery is due in `delayMs`, and how many attempts it had when the timer was set. */
export interface RetryTimer {
  readonly id: string;
  readonly destinationId: string;
  readonly attempt: number;
  readonly delayMs: number;
}

/** When and why a failed delivery is retried. */
export interface Retry {
  readonly delayMs: number;
  readonly reason: string;
  readonly status?: number;
}

export interface NewRetry extends Retry {
  readonly delivery: Delivery;
  /** Attempts made; 0 for a delivery that waits behind an earlier event. */
  readonly attempts: number;
  /** The user, where the destination wants order. */
  readonly orderKey: string | undefined;
}

/** A row and how many attempts it had; the key is void once a further attempt is counted. */
export type RetryKey = Pick<RetryTimer, 'id' | 'attempt'>;

/** A delivery that has ended, and how. */
export interface EndedRetry extends RetryKey {
  readonly kind: 'delivered' | 'filtered' | 'dead';
}

/** A claimed row: no other worker attempts it until the lease is over. */
export interface ClaimedRetry extends RetryKey {
  readonly origin: string;
  /** The event's JSON text as the log held it. */
  readonly event: string;
  readonly firstFailedAt: Date;
  readonly orderKey: string | null;
  readonly headers: TravellingHeaders;
}

/**
 * The rows of failed deliveries, and the only writer of their table: the truth about what is still to be retried (DESIGN
 * 5.5). `attempt` counts the attempts made; with the id it fences off a worker that has lost its lease. All times are the
 * database's.
 */
@Injectable()
export class RetryLedger {
  private removal = removal('SELECT FROM removed');
  /** Destinations of which no user had a waiting delivery when Postgres was last asked, without those that got one since. */
  private readonly withoutUsers = new Set<string>();
  private insertions = 0;

  constructor(private readonly database: DataSource) {}

  /**
   * Lets replays count their ended retries in the statement that removes them. `counting` is SQL that reads `removed (kind,
   * replay_id)`; $1 is the destination. Called before the first removal.
   */
  countRemovedBy(counting: string): void {
    this.removal = removal(counting);
  }

  /**
   * Inserts a batch in one statement and keeps its order; existing rows are left alone. Returns the timers to set: one per
   * failed delivery, and one for each waiting delivery that is first in its user's line now. `on` is a transaction.
   */
  async insert(
    destinationId: string,
    retries: readonly NewRetry[],
    on: Pick<EntityManager, 'query'> = this.database,
  ): Promise<RetryTimer[]> {
    this.insertions += 1;
    if (retries.some(({ orderKey }) => orderKey !== undefined)) this.withoutUsers.delete(destinationId);
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
      retries.map(({ delivery }) => delivery.replayId ?? null),
    ]);
    const failed = rows.filter(({ attempt }) => attempt > 0);
    const behind = retries.flatMap(({ attempts, orderKey }) =>
      attempts === 0 && orderKey ? [orderKey] : [],
    );
    return behind.length === 0 ? failed : [...failed, ...(await this.firstInLine(destinationId, behind, on))];
  }

  /** How many deliveries of a destination wait, counted up to `most`. */
  countWaiting(destinationId: string, most: number): Promise<number> {
    return waitingUpTo(this.database, destinationId, most);
  }

  /** Which of these users have a waiting delivery. */
  async usersWaiting(destinationId: string, orderKeys: readonly string[]): Promise<string[]> {
    const { insertions } = this;
    const parameters = [destinationId, orderKeys];
    const rows = await this.database.query<{ key: string | null }[]>(USERS_WAITING, parameters);
    // A concurrent insertion may be missing in the answer.
    if (rows.at(-1)?.key !== null) this.withoutUsers.delete(destinationId);
    else if (insertions === this.insertions) this.withoutUsers.add(destinationId);
    return rows.flatMap(({ key }) => key ?? []);
  }

  /** Learns the destinations of which no user has a waiting delivery. */
  async learnOrder(): Promise<void> {
    const { insertions } = this;
    const rows = await this.database.query<{ id: string }[]>(WITHOUT_USERS_WAITING);
    for (const { id } of rows) if (insertions === this.insertions) this.withoutUsers.add(id);
  }

  /** Whether no user of the destination has a waiting delivery, as far as this process knows without asking Postgres. */
  readonly hasNoUsersWaiting = (destinationId: string): boolean => this.withoutUsers.has(destinationId);

  /** The first waiting delivery of each of these users, where it is due and not claimed. */
  async firstInLine(
    destinationId: string,
    orderKeys: readonly string[],
    on: Pick<EntityManager, 'query'> = this.database,
  ): Promise<RetryTimer[]> {
    return on.query<RetryTimer[]>(FIRST_IN_LINE, [destinationId, [...new Set(orderKeys)]]);
  }

  /**
   * Claims rows of a destination. Left out are rows that were attempted meanwhile, rows that another worker has claimed, and
   * rows behind an earlier event of the same user.
   */
  async claim(destinationId: string, keys: readonly RetryKey[], leaseMs: number): Promise<ClaimedRetry[]> {
    return this.database.query<ClaimedRetry[]>(CLAIM, [destinationId, ...columnsOf(keys), leaseMs]);
  }

  /** Extends the claims to `leaseMs` from now. */
  async renew(destinationId: string, keys: readonly RetryKey[], leaseMs: number): Promise<void> {
    await this.database.query(RENEW, [destinationId, ...columnsOf(keys), leaseMs]);
  }

  /** Counts the attempts just made, and releases the claims. */
  async reschedule(destinationId: string, retries: readonly (RetryKey & Retry)[]): Promise<void> {
    await this.database.query(RESCHEDULE, [
      destinationId,
      ...columnsOf(retries),
      retries.map(({ delayMs }) => delayMs),
      retries.map(({ status }) => status ?? null),
      retries.map(({ reason }) => storable(reason)),
    ]);
  }

  /** Releases the claims without counting an attempt. */
  async release(destinationId: string, keys: readonly RetryKey[]): Promise<void> {
    await this.database.query(RELEASE, [destinationId, ...columnsOf(keys)]);
  }

  /** Removes ended deliveries. Replays count theirs in the same statement, so each is counted once. */
  async remove(destinationId: string, ended: readonly EndedRetry[]): Promise<void> {
    const kinds = ended.map(({ kind }) => kind);
    await this.database.query(this.removal, [destinationId, ...columnsOf(ended), kinds]);
  }

  /**
   * Unclaimed rows of these destinations that have been due for longer than `graceMs`, oldest first. They become due now, so
   * rows that cannot be attempted yet do not fill every page.
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

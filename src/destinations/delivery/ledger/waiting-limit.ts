import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { Gauges } from '../../../metrics/gauges.js';
import { Outage } from '../../../resilience/outage.js';
import { type BacklogOwner } from '../model/prepared-destination.js';
import { WorkspaceRoom } from '../quotas/workspace-room.js';
import { RetryLedger } from './retry-ledger.js';

/** Between two counts of a destination at its limit, in ms: rows go as their deliveries end. */
const FULL_MS = 500;
/** Between two counts of any other destination with waiting deliveries, in ms: further workers add rows too. */
const EVERY_MS = 30_000;

interface WaitingCount {
  /** As counted, and what this process has added since. */
  readonly rows: number;
  /** How many rows may be there: by the setting, or fewer by the quota of the workspace. */
  readonly most: number;
  readonly at: number;
  readonly isCounting: boolean;
}

/**
 * Whether a destination has as many waiting deliveries as Postgres may keep for it (WAITING_DELIVERIES_MAX), or its workspace for
 * all (quota `waitingDeliveries`). Then its new events stay in the event log: no retry is cut short, each user keeps the order,
 * and the log has a limit of its own. A receiver that alternates between success and failure never opens the circuit, which would
 * have the same effect. A destination without a waiting delivery is never held back by the others of its workspace.
 */
@Injectable()
export class WaitingLimit {
  private readonly logger = new Logger(WaitingLimit.name);
  private readonly outage = new Outage(this.logger, { lost: 'delivery.waiting_not_counted' });
  private readonly counts = new Map<string, WaitingCount>();

  constructor(
    private readonly ledger: RetryLedger,
    private readonly room: WorkspaceRoom,
    private readonly config: Config,
    gauges: Gauges,
  ) {
    gauges.add({
      name: 'tributary_waiting_limits_reached',
      help: 'Destinations that get no new events, because as many of their deliveries wait for a retry as may.',
      read: () => [...this.counts.values()].filter((count) => this.isFull(count)).length,
    });
  }

  /**
   * By the last count, which it renews in the background: no delivery waits for Postgres here. Several batches in flight may
   * exceed the limit by their own size.
   */
  isReached(destination: Pick<BacklogOwner, 'id' | 'workspaceId'>): boolean {
    const known = this.counts.get(destination.id);
    const isFull = known !== undefined && this.isFull(known);
    const isDue = known === undefined || performance.now() - known.at >= (isFull ? FULL_MS : EVERY_MS);
    if (isDue && known?.isCounting !== true && known?.rows !== 0) void this.count(destination, known);
    return isFull;
  }

  /** Takes the number of rows just inserted. */
  added(destinationId: string, rows: number): void {
    const known = this.counts.get(destinationId);
    if (known !== undefined) this.set(destinationId, { ...known, rows: known.rows + rows });
  }

  /** Forgets deleted destinations. */
  keepOnly(ids: ReadonlyMap<string, unknown>): void {
    for (const id of this.counts.keys()) if (!ids.has(id)) this.counts.delete(id);
  }

  private isFull({ rows, most }: WaitingCount): boolean {
    return rows > 0 && rows >= most;
  }

  /** Where Postgres is unavailable the last count goes on, and the outage is logged once. */
  private async count(
    { id, workspaceId }: Pick<BacklogOwner, 'id' | 'workspaceId'>,
    known?: WaitingCount,
  ): Promise<void> {
    const { WAITING_DELIVERIES_MAX } = this.config;
    let { rows, most } = known ?? { rows: 0, most: WAITING_DELIVERIES_MAX };
    this.counts.set(id, { rows, most, at: known?.at ?? performance.now(), isCounting: true });
    try {
      rows = await this.ledger.countWaiting(id, WAITING_DELIVERIES_MAX);
      const room = rows === 0 ? Infinity : await this.room.left(workspaceId, 'waitingDeliveries');
      most = Math.min(WAITING_DELIVERIES_MAX, rows + room);
      this.outage.recovered();
    } catch (error) {
      rows = this.counts.get(id)?.rows ?? rows;
      this.outage.failed(error);
    }
    this.set(id, { rows, most, at: performance.now(), isCounting: false });
  }

  private set(destination: string, count: WaitingCount): void {
    const before = this.counts.get(destination);
    const wasFull = before !== undefined && this.isFull(before);
    this.counts.set(destination, count);
    if (this.isFull(count) === wasFull) return;
    if (wasFull) this.logger.log({ event: 'delivery.waiting_below_limit', destination });
    else this.logger.warn({ event: 'delivery.waiting_limit', destination, waiting: count.rows });
  }
}

import { setMaxListeners } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { type RetryTimer } from '../ledger/retry-timer.js';
import { RetryAttempt } from './retry-attempt.js';

/** Of a destination that is not active the attempt makes nothing. */
const NOT_ACTIVE = { maxItems: 1, concurrency: 1 };
/** Alarms beyond that are dropped; the sweeper brings them again. */
const MAX_WAITING = 1_000;
/** After so many attempts a delivery is tried alone: it may be what its company fails for. */
const ALONE_AFTER = 4;

interface Lane {
  readonly waiting: Map<string, RetryTimer>;
  readonly running: Set<Promise<void>>;
  /** What runs, by delivery and attempt. */
  readonly atWork: Set<string>;
}

/**
 * Takes the alarms that went off and works through them destination by destination, each at its own concurrency and as many at
 * once as its type takes: the retries of one that hangs hold up no other's. Only ids wait here; the rows are in Postgres.
 */
@Injectable()
export class RetryLanes {
  private readonly logger = new Logger(RetryLanes.name);
  private readonly lanes = new Map<string, Lane>();
  private readonly stopping = new AbortController();
  private away = false;

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly attempt: RetryAttempt,
  ) {
    setMaxListeners(0, this.stopping.signal);
  }

  /** What runs already is left alone, even if its claim has run out because Postgres was away for long. */
  add(alarm: RetryTimer): void {
    if (this.stopping.signal.aborted) return;
    const lane = this.lanes.get(alarm.destinationId) ?? newLane();
    this.lanes.set(alarm.destinationId, lane);
    const { waiting, atWork } = lane;
    if (waiting.size < MAX_WAITING && !atWork.has(keyOf(alarm))) waiting.set(alarm.id, alarm);
    this.work(alarm.destinationId, lane);
  }

  /** What runs may end within the engine's grace; what waits stays in Postgres. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.lanes.values()].flatMap(({ running }) => [...running]));
  }

  private work(destinationId: string, lane: Lane): void {
    const { maxItems, concurrency } = this.directory.active(destinationId)?.limits ?? NOT_ACTIVE;
    while (lane.waiting.size > 0 && lane.running.size < concurrency && !this.stopping.signal.aborted) {
      const run = this.run(destinationId, lane, together(lane.waiting.values(), maxItems)).finally(() => {
        lane.running.delete(run);
        this.work(destinationId, lane);
      });
      lane.running.add(run);
    }
    if (lane.running.size === 0) this.lanes.delete(destinationId);
  }

  /** An edge: Postgres or the log is away, which is said once per outage; the claims end and the sweeper comes round. */
  private async run(destinationId: string, lane: Lane, alarms: readonly RetryTimer[]): Promise<void> {
    const keys = alarms.map(keyOf);
    for (const { id } of alarms) lane.waiting.delete(id);
    for (const key of keys) lane.atWork.add(key);
    try {
      const next = await this.attempt.run(destinationId, alarms, this.stopping.signal);
      this.away = false;
      for (const one of next) this.add(one);
    } catch (error) {
      const problem = error instanceof Error ? error.name : String(error);
      if (!this.away) this.logger.warn({ event: 'retry.postponed', destination: destinationId, problem });
      this.away = true;
    } finally {
      for (const key of keys) lane.atWork.delete(key);
    }
  }
}

const newLane = (): Lane => ({ waiting: new Map(), running: new Set(), atWork: new Set() });
const keyOf = ({ id, attempt }: RetryTimer): string => `${id}:${attempt}`;

/** The first one, and as many others as go with it in one call. */
function together(waiting: Iterable<RetryTimer>, most: number): readonly RetryTimer[] {
  const alarms: RetryTimer[] = [];
  for (const alarm of waiting) {
    const isAlone = alarm.attempt >= ALONE_AFTER;
    if (alarms.length === 0 || !isAlone) alarms.push(alarm);
    if (alarms.length >= most || (alarms[0] === alarm && isAlone)) break;
  }
  return alarms;
}

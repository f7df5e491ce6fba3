import { setMaxListeners } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import { Outage } from '../../../resilience/outage.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { type RetryTimer } from '../ledger/retry-ledger.js';
import { RetryAttempt } from './retry-attempt.js';
import { RetryTimers, timerKeyOf } from './timers/retry-timers.js';

/** For a destination that is not active, of which an attempt takes nothing. */
const NOT_ACTIVE = { maxItems: 1, concurrency: 1 };
/** Further timers of a destination are dropped; the sweeper finds their rows later. */
const MAX_WAITING = 1_000;
/** After so many attempts a delivery is attempted alone: it may be the one for which its batch fails. */
const ALONE_AFTER = 4;

interface Lane {
  readonly waiting: Map<string, RetryTimer>;
  readonly running: Set<Promise<void>>;
  /** Timer keys of attempts in flight. */
  readonly inFlight: Set<string>;
}

/**
 * Works through due timers, one lane per destination, each with the concurrency and batch size of its type: a hanging
 * receiver delays no other destination. Only ids wait here; the rows are in Postgres.
 */
@Injectable()
export class RetryLanes {
  private readonly logger = new Logger(RetryLanes.name);
  private readonly outage = new Outage(this.logger, { lost: 'retry.postponed' });
  private readonly lanes = new Map<string, Lane>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly attempt: RetryAttempt,
    private readonly timers: RetryTimers,
  ) {
    setMaxListeners(0, this.stopping.signal);
  }

  /** From now on due timers are worked through. Called once. */
  start(): void {
    this.timers.start((timer) => this.add(timer));
  }

  /** Ignores a timer whose attempt is in flight, even if its lease has expired because Postgres was unavailable. */
  add(timer: RetryTimer): void {
    if (this.stopping.signal.aborted) return;
    const lane = this.lanes.get(timer.destinationId) ?? newLane();
    this.lanes.set(timer.destinationId, lane);
    const { waiting, inFlight } = lane;
    if (waiting.size < MAX_WAITING && !inFlight.has(timerKeyOf(timer))) waiting.set(timer.id, timer);
    this.work(timer.destinationId, lane);
  }

  /** In-flight attempts may end within the engine's grace; waiting rows stay in Postgres. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.lanes.values()].flatMap(({ running }) => [...running]));
  }

  private work(destinationId: string, lane: Lane): void {
    const { maxItems, concurrency } = this.directory.active(destinationId)?.limits ?? NOT_ACTIVE;
    while (lane.waiting.size > 0 && lane.running.size < concurrency && !this.stopping.signal.aborted) {
      const run = this.run(destinationId, lane, nextBatch(lane.waiting.values(), maxItems)).finally(() => {
        lane.running.delete(run);
        this.work(destinationId, lane);
      });
      lane.running.add(run);
    }
    if (lane.running.size === 0) this.lanes.delete(destinationId);
  }

  /** Where Postgres or the log is unavailable, the leases expire and the sweeper finds the rows; the outage is logged once. */
  private async run(destination: string, lane: Lane, timers: readonly RetryTimer[]): Promise<void> {
    const keys = timers.map(timerKeyOf);
    for (const { id } of timers) lane.waiting.delete(id);
    for (const key of keys) lane.inFlight.add(key);
    try {
      const next = await this.attempt.run(destination, timers, this.stopping.signal);
      this.outage.recovered();
      for (const timer of next) this.add(timer);
    } catch (error) {
      this.outage.failed(error, { destination });
    } finally {
      for (const key of keys) lane.inFlight.delete(key);
    }
  }
}

const newLane = (): Lane => ({ waiting: new Map(), running: new Set(), inFlight: new Set() });

/** The first timer, and as many others as may share a call with it. */
function nextBatch(waiting: Iterable<RetryTimer>, maxItems: number): readonly RetryTimer[] {
  const timers: RetryTimer[] = [];
  for (const timer of waiting) {
    const isAlone = timer.attempt >= ALONE_AFTER;
    if (timers.length === 0 || !isAlone) timers.push(timer);
    if (timers.length >= maxItems || (timers[0] === timer && isAlone)) break;
  }
  return timers;
}

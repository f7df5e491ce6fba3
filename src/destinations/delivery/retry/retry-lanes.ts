import { setMaxListeners } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import { DestinationDirectory } from '../destination-directory.js';
import { type Alarm } from './alarm.js';
import { RetryAttempt } from './retry-attempt.js';

/** Alarms beyond that are dropped; the sweeper brings them again. */
const MAX_WAITING = 1_000;

interface Lane {
  readonly waiting: Map<string, Alarm>;
  readonly running: Set<Promise<void>>;
}

/**
 * Takes the alarms that went off and works through them destination by destination, each at its own concurrency: the retries
 * of one that hangs hold up no other's. Only ids wait here; the rows are in Postgres.
 */
@Injectable()
export class RetryLanes {
  private readonly log = new Logger(RetryLanes.name);
  private readonly lanes = new Map<string, Lane>();
  private readonly stopping = new AbortController();
  private away = false;

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly attempt: RetryAttempt,
  ) {
    setMaxListeners(0, this.stopping.signal);
  }

  add(alarm: Alarm): void {
    if (this.stopping.signal.aborted) return;
    const lane = this.lanes.get(alarm.destinationId) ?? { waiting: new Map(), running: new Set() };
    this.lanes.set(alarm.destinationId, lane);
    if (lane.waiting.size < MAX_WAITING) lane.waiting.set(alarm.id, alarm);
    this.work(alarm.destinationId, lane);
  }

  /** What runs may end within the engine's grace; what waits stays in Postgres. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.lanes.values()].flatMap(({ running }) => [...running]));
  }

  private work(destinationId: string, lane: Lane): void {
    const width = this.directory.active(destinationId)?.limits.concurrency ?? 1;
    for (const alarm of lane.waiting.values()) {
      if (lane.running.size >= width || this.stopping.signal.aborted) return;
      lane.waiting.delete(alarm.id);
      const run = this.run(alarm).finally(() => {
        lane.running.delete(run);
        this.work(destinationId, lane);
      });
      lane.running.add(run);
    }
    if (lane.running.size === 0) this.lanes.delete(destinationId);
  }

  /** An edge: Postgres or the log is away, which is said once per outage; the claim ends and the sweeper comes round. */
  private async run(alarm: Alarm): Promise<void> {
    try {
      const next = await this.attempt.run(alarm, this.stopping.signal);
      this.away = false;
      for (const one of next) this.add(one);
    } catch (error) {
      const problem = error instanceof Error ? error.name : String(error);
      if (!this.away) this.log.warn({ event: 'retry.postponed', destination: alarm.destinationId, problem });
      this.away = true;
    }
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { Appender } from '../../../event-log/appender.js';
import { type GroupPosition, Reader } from '../../../event-log/reader.js';
import { Gauges } from '../../../metrics/gauges.js';
import { Outage } from '../../../resilience/outage.js';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { DestinationDirectory } from '../directory/destination-directory.js';
import { groupOf } from '../model/prepared-destination.js';
import { OrphanedGroups } from './orphaned-groups.js';
import { RemovedEvents } from './removed-events.js';
import { backlogLimits, type BacklogLimits, remainingPlan, type ShedPlan, shedPlan } from './shed-plan.js';

const TICK_MS = 250;
/** Between two checks of all destinations, in ms; longer where a check itself takes more than a tenth of it. */
const EVERY_MS = 5_000;
const PAUSE_PER_CHECK = 9;

interface Shedding {
  readonly plan: ShedPlan;
  /** Dead letters so far. */
  readonly events: number;
}

/**
 * Decides which backlogs are over their limit (DESIGN 5.5). All destinations are watched, usable or not: each of them holds the
 * local log back. A destination with a plan has a running consumer, whatever its state, until the plan is passed.
 */
@Injectable()
export class BacklogWatch {
  private readonly logger = new Logger(BacklogWatch.name);
  private readonly outage = new Outage(this.logger, { lost: 'backlog.not_checked' });
  private readonly removed = new RemovedEvents();
  private readonly orphaned: OrphanedGroups;
  private readonly sheddings = new Map<string, Shedding>();
  private readonly stopping = new AbortController();
  private readonly listeners = new Set<() => void>();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly reader: Reader,
    private readonly appender: Appender,
    private readonly config: Config,
    gauges: Gauges,
  ) {
    this.orphaned = new OrphanedGroups(reader, directory);
    gauges.add({
      name: 'tributary_backlogs_shed',
      help: 'Destinations whose oldest events become dead letters now, because their backlog is over its limit.',
      read: () => this.sheddings.size,
    });
  }

  /** Called once, when every destination has a consumer. */
  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Calls the listener when a destination has got a plan or has passed it. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** What the destination has to shed; undefined for a backlog within its limits. */
  planOf(destinationId: string): ShedPlan | undefined {
    return this.sheddings.get(destinationId)?.plan;
  }

  /** Takes the dead letters of a batch, and that the destination has passed all records before `until`. */
  passed(destination: string, events: number, position: Pick<GroupPosition, 'partition' | 'next'>): void {
    const shedding = this.sheddings.get(destination);
    if (shedding === undefined) return;
    if (shedding.events === 0 && events > 0) this.logger.warn({ event: 'backlog.shedding', destination });
    const current = { ...shedding, events: shedding.events + events };
    const others = [...shedding.plan].filter(([partition]) => partition !== position.partition);
    const until = shedding.plan.get(position.partition) ?? 0n;
    this.replace(destination, current, position.next < until ? shedding.plan : new Map(others));
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let next = 0;
    while (!signal.aborted) {
      const started = performance.now();
      const isDue = started >= next || this.isLogFilling();
      await this.check(isDue ? this.directory.existing().keys() : this.sheddings.keys());
      const ended = performance.now();
      if (isDue) next = ended + Math.max(EVERY_MS, PAUSE_PER_CHECK * (ended - started));
      await sleepUnlessAborted(TICK_MS, signal, { ref: false });
    }
  }

  private isLogFilling(): boolean {
    const { unread = 0 } = this.appender.room() ?? {};
    return unread > this.limits().maxBytes;
  }

  private limits(): BacklogLimits {
    return backlogLimits(this.config.BACKLOG_MAX_EVENTS, this.appender.room());
  }

  /** Where the log is unavailable, the next check follows, and the outage is logged once. */
  private async check(ids: Iterable<string>): Promise<void> {
    const existing = this.directory.existing();
    this.removed.keepOnly(existing);
    for (const id of this.sheddings.keys()) if (!existing.has(id)) this.sheddings.delete(id);
    try {
      for (const id of [...ids]) {
        if (this.stopping.signal.aborted) return;
        this.judge(id, await this.reader.positions(groupOf(id), [this.config.EVENTS_TOPIC]));
      }
      await this.orphaned.delete();
      this.outage.recovered();
    } catch (error) {
      this.outage.failed(error);
    }
  }

  /** A plan is passed before the next one is made: a partition that does not move must not have the others shed all they hold. */
  private judge(id: string, positions: readonly GroupPosition[]): void {
    this.removed.note(id, positions);
    const current = this.sheddings.get(id);
    const rest = current && remainingPlan(current.plan, positions);
    const plan = rest ?? shedPlan(positions, this.limits());
    if (plan !== undefined || current !== undefined)
      this.replace(id, current ?? { plan: new Map(), events: 0 }, plan ?? new Map());
  }

  private replace(destination: string, current: Shedding, plan: ShedPlan): void {
    const isNew = !this.sheddings.has(destination);
    const { events } = current;
    if (plan.size > 0) this.sheddings.set(destination, { plan, events });
    else {
      this.sheddings.delete(destination);
      if (events > 0) this.logger.warn({ event: 'backlog.shed', destination, events });
    }
    if (isNew || plan.size === 0) for (const listener of this.listeners) listener();
  }
}

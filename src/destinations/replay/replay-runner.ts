import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { pause } from '../../resilience/backoff.js';
import { LogUnavailable } from '../../event-log/append-errors.js';
import { type PreparedDestination } from '../delivery/model/prepared-destination.js';
import { DestinationDirectory } from '../delivery/directory/destination-directory.js';
import { sortBatch } from '../delivery/model/eligible.js';
import { narrowed } from './history/criteria.js';
import { type HistoryPage } from './history/history.js';
import { Histories } from './history/histories.js';
import { Lease } from './lease.js';
import { Pace } from './pace.js';
import { PageRest } from './page-rest.js';
import { type ClaimedReplay, ReplayClaims } from './replay-claims.js';
import { ReplayDelivery } from './replay-delivery.js';

/** Most events between two writings of the progress, for types that take fewer at a time. */
const MOST_AT_ONCE = 200;
/** How long what the destination did not take now waits with the page at hand. */
const AGAIN_MS = 500;
/** How long a replay that cannot go on is left alone. */
const REST_MS = 2_000;

/** The replay cannot go on now; `reason` is a code that people see. */
class CannotGoOn extends Error {
  override readonly name = 'CannotGoOn';
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** Runs a claimed replay: reads, picks what its destination would get now, delivers it, and writes down how far it is. */
@Injectable()
export class ReplayRunner {
  /** By which this process is known in the rows. */
  readonly claimant = randomUUID();
  private readonly logger = new Logger(ReplayRunner.name);

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly histories: Histories,
    private readonly delivery: ReplayDelivery,
    private readonly claims: ReplayClaims,
  ) {}

  /** Resolves when the replay is completed or given back; rejects when Postgres does not take that. */
  async run(replay: ClaimedReplay, stopping: AbortSignal): Promise<void> {
    const lease = new Lease(this.claims, this.claimant, replay, stopping);
    const target = { id: replay.destinationId, workspaceId: replay.workspaceId };
    const history = this.histories.of(target, replay.criteria, replay.plan);
    const pace = new Pace(replay.rateLimit);
    const started = performance.now();
    try {
      this.destinationOf(replay);
      await history.read(lease.progress, lease.signal, (page) => this.work(replay, page, lease, pace));
      if (!(await lease.complete())) await lease.release(null, 0);
    } catch (error) {
      const reason = lease.signal.aborted ? null : this.reasonOf(error, replay);
      await lease.release(reason, reason === null ? 0 : REST_MS);
      lease.reason = reason;
    }
    const { scanned, counted, delivered, filtered, retrying, dead } = lease.progress;
    const counts = { scanned, counted, delivered, filtered, retrying, dead };
    const { id, destinationId: destination, workspaceId: workspace } = replay;
    const ms = Math.round(performance.now() - started);
    this.logger.log({
      event: 'replay.ran',
      replay: id,
      destination,
      workspace,
      reason: lease.reason,
      ...counts,
      ms,
    });
  }

  /** Returns when everything on the page is finished. */
  private async work(replay: ClaimedReplay, page: HistoryPage, lease: Lease, pace: Pace): Promise<void> {
    const { eligible } = sortBatch(page.batch, narrowed(this.destinationOf(replay), replay.criteria));
    const rest = new PageRest(page, eligible, replay.id, lease.progress.ahead);
    lease.progress = rest.after(lease.progress, []);
    lease.reason = null;
    while (!rest.isEmpty) {
      const destination = this.destinationOf(replay);
      const some = rest.first(pace.atOnce(Math.max(MOST_AT_ONCE, destination.limits.maxItems)));
      await pace.turn(some.length, lease.signal);
      lease.signal.throwIfAborted();
      const isDone = await this.delivery.deliver(destination, rest, some.length, lease);
      const isFailing = !isDone && this.directory.isCurrent(destination);
      lease.reason = isFailing ? 'destination_failing' : null;
      if (!isDone) await pause(AGAIN_MS, lease.signal);
    }
  }

  private destinationOf({ destinationId }: ClaimedReplay): PreparedDestination {
    const destination = this.directory.find(destinationId);
    if (destination?.state === 'active') return destination;
    throw new CannotGoOn(`destination_${destination?.state ?? 'unusable'}`);
  }

  private reasonOf(error: unknown, { id }: ClaimedReplay): string {
    if (error instanceof CannotGoOn) return error.reason;
    if (error instanceof LogUnavailable) return 'log_unavailable';
    this.logger.error(
      { event: 'replay.failed', replay: id },
      error instanceof Error ? error.stack : String(error),
    );
    return 'internal_error';
  }
}

import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { sleepUnlessAborted } from '../../resilience/pauses.js';
import { LogUnavailable } from '../../event-log/append-errors.js';
import { type PreparedDestination } from '../delivery/model/prepared-destination.js';
import { WaitingLimit } from '../delivery/ledger/waiting-limit.js';
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

/** Upper limit of events per attempt, for types that take fewer in one call. */
const MAX_AT_ONCE = 200;
/** Wait before unfinished events of the page in memory are attempted again. */
const AGAIN_MS = 500;
/** How long a replay that cannot continue stays unclaimed. */
const REST_MS = 2_000;

/** The replay cannot continue now; `reason` is a code that the API shows. */
class CannotContinue extends Error {
  override readonly name = 'CannotContinue';
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** Runs a claimed replay: reads, sorts out what its destination would receive now, delivers it, records the progress. */
@Injectable()
export class ReplayRunner {
  /** Identifies this process in the rows of claims. */
  readonly claimant = randomUUID();
  private readonly logger = new Logger(ReplayRunner.name);

  constructor(
    private readonly directory: DestinationDirectory,
    private readonly histories: Histories,
    private readonly delivery: ReplayDelivery,
    private readonly claims: ReplayClaims,
    private readonly waiting: WaitingLimit,
  ) {}

  /** Resolves when the replay is completed or released; rejects when Postgres cannot record that. */
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
      const reason = lease.signal.aborted ? null : this.reasonCodeOf(error, replay);
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

  /** Returns when all events of the page are finished. */
  private async work(replay: ClaimedReplay, page: HistoryPage, lease: Lease, pace: Pace): Promise<void> {
    const { eligible } = sortBatch(page.batch, narrowed(this.destinationOf(replay), replay.criteria));
    const rest = new PageRest(page, eligible, replay.id, lease.progress.ahead);
    lease.progress = rest.after(lease.progress, []);
    lease.reason = null;
    while (!rest.isEmpty) {
      const destination = this.destinationOf(replay);
      if (this.waiting.isReached(destination)) {
        lease.reason = 'waiting_limit';
        await sleepUnlessAborted(AGAIN_MS, lease.signal);
        lease.signal.throwIfAborted();
        continue;
      }
      const next = rest.first(pace.atOnce(Math.max(MAX_AT_ONCE, destination.limits.maxItems)));
      await pace.turn(next.length, lease.signal);
      lease.signal.throwIfAborted();
      const isDone = await this.delivery.deliver(destination, rest, next.length, lease);
      const isFailing = !isDone && this.directory.isCurrent(destination);
      lease.reason = isFailing ? 'destination_failing' : null;
      if (!isDone) await sleepUnlessAborted(AGAIN_MS, lease.signal);
    }
  }

  private destinationOf({ destinationId }: ClaimedReplay): PreparedDestination {
    const destination = this.directory.find(destinationId);
    if (destination?.state === 'active') return destination;
    throw new CannotContinue(`destination_${destination?.state ?? 'unusable'}`);
  }

  private reasonCodeOf(error: unknown, { id }: ClaimedReplay): string {
    if (error instanceof CannotContinue) return error.reason;
    if (error instanceof LogUnavailable) return 'log_unavailable';
    this.logger.error(
      { event: 'replay.failed', replay: id },
      error instanceof Error ? error.stack : String(error),
    );
    return 'internal_error';
  }
}

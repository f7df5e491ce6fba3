import { type EntityManager } from 'typeorm';
import { type ReplayState } from '../../database/entities/replay.entity.js';
import { untilRecorded } from '../delivery/ledger/recording.js';
import { LEASE_MS, type ClaimedReplay, type ReplayClaims } from './replay-claims.js';
import { progressOf, type ReplayProgress } from './progress.js';

const RENEW_MS = 500;

/** The worker must stop the replay: it was paused, cancelled, taken over, or deleted with its workspace. */
export class LeaseOver extends Error {
  override readonly name = 'LeaseOver';
}

/**
 * The claim on one running replay: renewed twice a second together with the progress, which also reads whether the replay was
 * paused or cancelled. While Postgres is unavailable the work goes on until another worker could have taken the claim.
 */
export class Lease {
  progress: ReplayProgress;
  /** Why the replay makes no progress; null while it does. */
  reason: string | null;
  readonly signal: AbortSignal;
  private readonly ended = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private renewedAt = Date.now();
  /** Writes never overlap, so that an older progress cannot overwrite a newer one. */
  private writing: Promise<unknown> | undefined;

  constructor(
    private readonly claims: ReplayClaims,
    private readonly claimant: string,
    private readonly replay: ClaimedReplay,
    stopping: AbortSignal,
  ) {
    this.progress = progressOf(replay.progress);
    this.reason = replay.reason;
    this.signal = AbortSignal.any([stopping, this.ended.signal]);
    this.timer = setInterval(() => void this.renew(), RENEW_MS).unref();
  }

  /**
   * Writes further progress and `work` in one transaction, repeated until it succeeds: while Postgres is unavailable the
   * replay waits here. Rejects only after the signal has aborted, and nothing was written then.
   */
  async advance<T>(progress: ReplayProgress, work: (on: EntityManager) => Promise<T>): Promise<T> {
    await this.writing;
    const { id, destinationId } = this.replay;
    const writing = untilRecorded('replay', destinationId, this.signal, async () => {
      const startedAt = Date.now();
      try {
        const saved = await this.claims.saveWith(id, this.claimant, progress, work);
        this.renewed(saved?.state, startedAt);
        if (saved) return saved.result;
      } catch (error) {
        await this.save().catch(() => undefined);
        throw error;
      }
      throw new LeaseOver();
    });
    this.writing = writing.catch(() => undefined).finally(() => (this.writing = undefined));
    const result = await writing;
    this.progress = progress;
    return result;
  }

  /** False when the replay was paused or ended by a caller meanwhile. */
  async complete(): Promise<boolean> {
    await this.end();
    return this.claims.complete(this.replay.id, this.claimant, this.progress);
  }

  async release(reason: string | null, restMs: number): Promise<void> {
    await this.end();
    await this.claims.release(this.replay.id, this.claimant, this.progress, reason, restMs);
  }

  private async end(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
  }

  private async renew(): Promise<void> {
    if (this.writing) return;
    const renewing = this.save().catch(() => {
      if (Date.now() - this.renewedAt > LEASE_MS) this.ended.abort(new LeaseOver());
    });
    this.writing = renewing.finally(() => (this.writing = undefined));
    await this.writing;
  }

  private async save(): Promise<void> {
    const startedAt = Date.now();
    const { claims, claimant, replay } = this;
    this.renewed(await claims.save(replay.id, claimant, this.progress, this.reason), startedAt);
  }

  private renewed(state: ReplayState | undefined, startedAt: number): void {
    this.renewedAt = startedAt;
    if (state !== 'running') this.ended.abort(new LeaseOver());
  }
}

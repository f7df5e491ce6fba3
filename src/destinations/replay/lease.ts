import { type EntityManager } from 'typeorm';
import { type ReplayState } from '../../database/entities/replay.entity.js';
import { persist } from '../delivery/ledger/persist.js';
import { LEASE_MS, type ClaimedReplay, type ReplayClaims } from './replay-claims.js';
import { progressOf, type ReplayProgress } from './progress.js';

const RENEW_MS = 500;

/** The replay is not this worker's to go on with: it was paused, cancelled or taken over, or is gone with its workspace. */
export class LeaseOver extends Error {
  override readonly name = 'LeaseOver';
}

/**
 * The claim on one replay while it runs: renewed twice a second together with the progress, which is also how a pause or a
 * cancellation is noticed. While Postgres is away the work goes on as long as nobody else can have taken the claim.
 */
export class Lease {
  progress: ReplayProgress;
  /** Why it stands still, while it does. */
  reason: string | null;
  readonly signal: AbortSignal;
  private readonly over = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private renewedAt = Date.now();
  /** Writings come one after the other, so that no older one comes last. */
  private writing: Promise<unknown> | undefined;

  constructor(
    private readonly claims: ReplayClaims,
    private readonly claimant: string,
    private readonly replay: ClaimedReplay,
    stopping: AbortSignal,
  ) {
    this.progress = progressOf(replay.progress);
    this.reason = replay.reason;
    this.signal = AbortSignal.any([stopping, this.over.signal]);
    this.timer = setInterval(() => void this.renew(), RENEW_MS).unref();
  }

  /**
   * Writes down further progress together with what belongs to it, both or neither, however long that takes: while Postgres is
   * away the replay stands still here. Rejects only when the signal has aborted, by which nothing was written.
   */
  async advance<T>(progress: ReplayProgress, work: (on: EntityManager) => Promise<T>): Promise<T> {
    await this.writing;
    const { id, destinationId } = this.replay;
    const writing = persist('replay', destinationId, this.signal, async () => {
      const asked = Date.now();
      try {
        const saved = await this.claims.saveWith(id, this.claimant, progress, work);
        this.heard(saved?.state, asked);
        if (saved) return saved.result;
      } catch (error) {
        await this.listen().catch(() => undefined);
        throw error;
      }
      throw new LeaseOver();
    });
    this.writing = writing.catch(() => undefined).finally(() => (this.writing = undefined));
    const result = await writing;
    this.progress = progress;
    return result;
  }

  /** False when it was paused or ended by somebody meanwhile. */
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
    const renewing = this.listen().catch(() => {
      if (Date.now() - this.renewedAt > LEASE_MS) this.over.abort(new LeaseOver());
    });
    this.writing = renewing.finally(() => (this.writing = undefined));
    await this.writing;
  }

  private async listen(): Promise<void> {
    const asked = Date.now();
    this.heard(await this.claims.save(this.replay.id, this.claimant, this.progress, this.reason), asked);
  }

  private heard(state: ReplayState | undefined, asked: number): void {
    this.renewedAt = asked;
    if (state !== 'running') this.over.abort(new LeaseOver());
  }
}

import { LEASE_MS, type ClaimedReplay, type ReplayClaims } from './replay-claims.js';
import { progressOf, type ReplayProgress } from './progress.js';

const RENEW_MS = 1_000;

/** The replay is not this worker's to go on with: it was paused, cancelled or taken over, or is gone with its workspace. */
export class LeaseOver extends Error {
  override readonly name = 'LeaseOver';
}

/**
 * The claim on one replay while it runs: renewed every second together with the progress, which is also how a pause or a
 * cancellation is noticed. While Postgres is away the work goes on as long as nobody else can have taken the claim.
 */
export class Lease {
  progress: ReplayProgress;
  /** Why it stands still, while it does. */
  reason: string | null = null;
  readonly signal: AbortSignal;
  private readonly over = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private renewedAt = Date.now();
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly claims: ReplayClaims,
    private readonly claimant: string,
    private readonly replay: ClaimedReplay,
    stopping: AbortSignal,
  ) {
    this.progress = progressOf(replay.progress);
    this.signal = AbortSignal.any([stopping, this.over.signal]);
    this.timer = setInterval(() => void this.save(), RENEW_MS).unref();
  }

  /** Resolves when the progress is written, or cannot be. One after the other, so that no older one comes last. */
  save(): Promise<void> {
    this.saving = this.saving.then(() => this.renew());
    return this.saving;
  }

  async complete(): Promise<void> {
    await this.end();
    await this.claims.complete(this.replay.id, this.claimant, this.progress);
  }

  async release(reason: string | null, restMs: number): Promise<void> {
    await this.end();
    await this.claims.release(this.replay.id, this.claimant, this.progress, reason, restMs);
  }

  private end(): Promise<void> {
    clearInterval(this.timer);
    return this.saving;
  }

  private async renew(): Promise<void> {
    const asked = Date.now();
    try {
      const state = await this.claims.save(this.replay.id, this.claimant, this.progress, this.reason);
      this.renewedAt = asked;
      if (state !== 'running') this.over.abort(new LeaseOver());
    } catch {
      if (Date.now() - this.renewedAt > LEASE_MS) this.over.abort(new LeaseOver());
    }
  }
}

import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ReplayClaims } from './replay-claims.js';
import { ReplayRunner } from './replay-runner.js';

const EVERY_MS = 1_000;
/** Replays of this process at the same time; further ones wait their turn. */
const MOST = 4;

/** Looks for replays that nobody runs, and runs them. At the end it gives them back, so that another goes on at once. */
@Injectable()
export class ReplayWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ReplayWorker.name);
  private readonly stopping = new AbortController();
  private readonly runs = new Set<Promise<void>>();
  private looking: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private away = false;

  constructor(
    private readonly claims: ReplayClaims,
    private readonly runner: ReplayRunner,
  ) {}

  onApplicationBootstrap(): void {
    if (this.stopping.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.looking = this.look();
    }, EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.looking;
    await Promise.all(this.runs);
  }

  private async look(): Promise<void> {
    await this.guarded(async () => {
      const taken = await this.claims.take(this.runner.claimant, MOST - this.runs.size);
      for (const replay of taken) {
        const run = this.guarded(() => this.runner.run(replay, this.stopping.signal)).finally(() =>
          this.runs.delete(run),
        );
        this.runs.add(run);
      }
      this.away = false;
    });
    this.onApplicationBootstrap();
  }

  /** An edge: Postgres is away, which is said once per outage; claims end by themselves, and are taken again. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const problem = error instanceof Error ? error.name : String(error);
      if (!this.away) this.logger.warn({ event: 'replay.postponed', problem });
      this.away = true;
    }
  }
}

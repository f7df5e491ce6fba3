import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DeliveryConfig } from '../../config/delivery.config.js';
import { Outage } from '../../resilience/outage.js';
import { sleepUnlessAborted } from '../../resilience/pauses.js';
import { ReplayClaims } from './replay-claims.js';
import { ReplayRunner } from './replay-runner.js';

const EVERY_MS = 1_000;
/** Upper limit of concurrent replays in this process; further ones stay unclaimed. */
const MAX_RUNNING = 4;

/** Claims waiting replays and runs them. At shutdown it releases them, so that another worker continues at once. */
@Injectable()
export class ReplayWorker implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly outage = new Outage(new Logger(ReplayWorker.name), { lost: 'replay.postponed' });
  private readonly stopping = new AbortController();
  private readonly runs = new Set<Promise<void>>();
  private polling: Promise<void> = Promise.resolve();

  constructor(
    private readonly claims: ReplayClaims,
    private readonly runner: ReplayRunner,
    private readonly config: DeliveryConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.DELIVERY_PAUSED) return;
    this.polling = this.poll();
  }

  /** Does not wait: consumers and retries stop after this, and all in-flight calls share one grace. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.polling;
    await Promise.all(this.runs);
  }

  private async poll(): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await sleepUnlessAborted(EVERY_MS, signal, { ref: false });
      if (signal.aborted) return;
      await this.guarded(() => this.startRuns());
    }
  }

  private async startRuns(): Promise<void> {
    const claimed = await this.claims.take(this.runner.claimant, MAX_RUNNING - this.runs.size);
    for (const replay of claimed) {
      const run = this.guarded(() => this.runner.run(replay, this.stopping.signal)).finally(() =>
        this.runs.delete(run),
      );
      this.runs.add(run);
    }
    this.outage.recovered();
  }

  /** Where Postgres is unavailable, claims expire and are taken again; the outage is logged once. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.outage.failed(error);
    }
  }
}

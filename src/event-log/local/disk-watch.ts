import { Logger } from '@nestjs/common';
import { pause } from '../../resilience/backoff.js';
import { LogUnavailable } from '../append-errors.js';
import { type LmdbStore } from './lmdb-store.js';

const PROBE_MS = 500;

/**
 * Knows whether the disk takes writes. After one has failed, what is in memory may differ from what is on the disk:
 * nothing is taken until a write has worked and both agree again.
 */
export class DiskWatch {
  private readonly logger = new Logger(DiskWatch.name);
  private readonly stopping = new AbortController();
  private fault: string | undefined;
  private recovery: Promise<void> | undefined;

  constructor(private readonly store: LmdbStore) {}

  /** One sentence while nothing can be written. */
  get detail(): string | undefined {
    return this.fault;
  }

  /** Throws LogUnavailable while nothing can be written. */
  assertWell(): void {
    if (this.fault !== undefined) throw new LogUnavailable(this.fault);
  }

  /** Told of a write that failed; throws it on. */
  failed(error: unknown): never {
    if (this.fault === undefined && error instanceof LogUnavailable) {
      this.fault = error.message;
      this.logger.error({ event: 'log.unavailable', detail: error.message, reason: String(error.cause) });
      this.recovery = this.recover();
    }
    throw error;
  }

  /** For good. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.fault = 'The local log is closed.';
    await this.recovery;
  }

  private async recover(): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await pause(PROBE_MS, signal);
      if (signal.aborted) return;
      const works = await this.store.probe().then(
        () => true,
        () => false,
      );
      if (works) break;
    }
    await this.store.reload();
    if (this.stopping.signal.aborted) return;
    this.fault = undefined;
    this.logger.log({ event: 'log.available' });
  }
}

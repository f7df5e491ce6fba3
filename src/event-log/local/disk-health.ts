import { Logger } from '@nestjs/common';
import { Outage } from '../../resilience/outage.js';
import { sleepUnlessAborted } from '../../resilience/pauses.js';
import { LogUnavailable } from '../append-errors.js';
import { type LmdbStore } from './lmdb-store.js';

const PROBE_MS = 500;

/**
 * Whether the disk takes writes. After a failed write, memory may differ from the disk: all appends are refused until a
 * probe has been written and memory has been reloaded from the disk.
 */
export class DiskHealth {
  private readonly outage = new Outage(new Logger(DiskHealth.name), {
    lost: 'log.unavailable',
    back: 'log.available',
  });
  private readonly stopping = new AbortController();
  private fault: string | undefined;
  private recovery: Promise<void> | undefined;

  constructor(private readonly store: LmdbStore) {}

  /** One sentence for an operator while nothing can be written. */
  get detail(): string | undefined {
    return this.fault;
  }

  /** Throws LogUnavailable while nothing can be written. */
  assertWritable(): void {
    if (this.fault !== undefined) throw new LogUnavailable(this.fault);
  }

  /** Takes the error of a failed write, starts the recovery, and throws the error. */
  writeFailed(error: unknown): never {
    if (this.fault === undefined && error instanceof LogUnavailable) {
      this.fault = error.message;
      this.outage.failed(error);
      this.recovery = this.recover();
    }
    throw error;
  }

  /** Refuses all further writes. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.fault = 'The local log is closed.';
    await this.recovery;
  }

  private async recover(): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await sleepUnlessAborted(PROBE_MS, signal);
      if (signal.aborted) return;
      const isWritable = await this.store.probe().then(
        () => true,
        () => false,
      );
      if (isWritable) break;
    }
    await this.store.reload();
    if (this.stopping.signal.aborted) return;
    this.fault = undefined;
    this.outage.recovered();
  }
}

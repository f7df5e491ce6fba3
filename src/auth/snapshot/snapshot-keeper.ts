import { Logger } from '@nestjs/common';
import { Outage } from '../../resilience/outage.js';
import { sleepUnlessAborted } from '../../resilience/pauses.js';
import { type KnownKey } from '../keys/known-key.js';
import { type SnapshotFile } from './snapshot-file.js';

/** The keys, and when they were last known to be those in Postgres. */
export interface SnapshotState {
  readonly keys: ReadonlyMap<string, KnownKey>;
  readonly asOf: Date;
}

/** Least time between two writes, in ms. */
const BETWEEN_WRITES = 1_000;
/** Time until the next try after a failed write, in ms. */
const BETWEEN_TRIES = 10_000;

/**
 * Writes the keys in memory to disk: the first of many changes at once, the others together a second later. If the disk
 * cannot be written, calls go on and the failure is logged; the next start then has an old snapshot or none.
 */
export class SnapshotKeeper {
  private readonly outage = new Outage(new Logger(SnapshotKeeper.name), {
    lost: 'write_keys.not_saved',
    back: 'write_keys.saved_again',
  });
  private readonly closing = new AbortController();
  private isDue = false;
  private hasWritten = false;
  private working: Promise<void> | undefined;

  constructor(
    private readonly file: SnapshotFile,
    private readonly state: () => SnapshotState,
    private readonly betweenWrites = BETWEEN_WRITES,
  ) {}

  /** Makes the present state, or a later one, be written. */
  save(): void {
    this.isDue = true;
    this.working ??= this.work();
  }

  /** Records on disk that the written keys are still those in Postgres. */
  async confirm(): Promise<void> {
    if (!this.hasWritten || this.isDue) return;
    await this.file.confirm(this.state().asOf).catch(() => this.save());
  }

  /** Resolves when the last state is written, or cannot be written. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.working;
    await this.confirm();
  }

  private async work(): Promise<void> {
    const { signal } = this.closing;
    while (this.isDue) {
      this.isDue = false;
      const isLast = signal.aborted;
      const written = await this.write();
      if (!written && isLast) break;
      this.isDue ||= !written;
      await sleepUnlessAborted(written ? this.betweenWrites : BETWEEN_TRIES, signal, { ref: false });
    }
    this.working = undefined;
  }

  private async write(): Promise<boolean> {
    const { keys, asOf } = this.state();
    try {
      await this.file.write(keys, asOf);
      this.outage.recovered({ keys: keys.size });
      this.hasWritten = true;
      return true;
    } catch (error) {
      this.outage.failed(error);
      return false;
    }
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type KnownKey } from '../keys/known-key.js';
import { type SnapshotFile } from './snapshot-file.js';

/** The keys, and as of when they were known to be what Postgres has. */
export interface SnapshotState {
  readonly keys: ReadonlyMap<string, KnownKey>;
  readonly asOf: Date;
}

/** Least time between two writes of the file, and between two tries when it cannot be written, in ms. */
const BETWEEN_WRITES = 1_000;
const BETWEEN_TRIES = 10_000;

/**
 * Keeps the file on disk behind the memory: the first of many changes is written at once, the others a second later,
 * together. A disk that cannot be written costs the next start its snapshot and nobody a call, so that it is only said.
 */
export class SnapshotKeeper {
  private readonly logger = new Logger(SnapshotKeeper.name);
  private readonly closing = new AbortController();
  private wanted = false;
  private written = false;
  private failing = false;
  private working: Promise<void> | undefined;

  constructor(
    private readonly file: SnapshotFile,
    private readonly state: () => SnapshotState,
    private readonly betweenWrites = BETWEEN_WRITES,
  ) {}

  /** Has the present state written, or a later one. */
  save(): void {
    this.wanted = true;
    this.working ??= this.work();
  }

  /** Has it noted that what was written is still what Postgres has. */
  async confirm(): Promise<void> {
    if (!this.written || this.wanted) return;
    await this.file.confirm(this.state().asOf).catch(() => this.save());
  }

  /** Resolves when the last state is written, or cannot be. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.working;
    await this.confirm();
  }

  private async work(): Promise<void> {
    const { signal } = this.closing;
    while (this.wanted) {
      this.wanted = false;
      const isLast = signal.aborted;
      const written = await this.write();
      if (!written && isLast) break;
      this.wanted ||= !written;
      const wait = written ? this.betweenWrites : BETWEEN_TRIES;
      await pause(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
    this.working = undefined;
  }

  private async write(): Promise<boolean> {
    const { keys, asOf } = this.state();
    try {
      await this.file.write(keys, asOf);
      if (this.failing) this.logger.log({ event: 'write_keys.saved_again', keys: keys.size });
      this.failing = false;
      this.written = true;
    } catch (error) {
      if (!this.failing) this.logger.warn({ event: 'write_keys.not_saved', reason: String(error) });
      this.failing = true;
    }
    return !this.failing;
  }
}

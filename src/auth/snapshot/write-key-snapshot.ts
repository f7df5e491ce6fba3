import { hash } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ChangeWatch } from '../../database/change-watch.js';
import { reasonOf } from '../../resilience/reason-of.js';
import { type KnownKey } from '../keys/known-key.js';
import { KnownKeys } from '../keys/known-keys.js';
import { SnapshotFile } from './snapshot-file.js';
import { SnapshotKeeper } from './snapshot-keeper.js';
import { type ReadMark, readWriteKeys } from '../keys/write-key-rows.js';

/** Where the keys in memory come from. */
export interface SnapshotOrigin {
  readonly from: 'postgres' | 'disk';
  /** When they were last known to be those in Postgres. */
  readonly asOf: Date;
  /** Number of keys, with revoked and expired ones. */
  readonly keys: number;
}

/** How often an unchanged snapshot is confirmed on disk, in ms. */
const CONFIRM_MS = 60_000;

/**
 * Every write key in memory, with revoked and expired ones: the guard makes no query, not even for an unknown key. While
 * Postgres is away the last state stays in use, after a restart from disk (DESIGN 5.6). A revocation then takes effect when
 * Postgres is back; expiry needs only the clock.
 */
@Injectable()
export class WriteKeySnapshot implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(WriteKeySnapshot.name);
  private readonly keeper: SnapshotKeeper | undefined;
  private keys = new KnownKeys();
  /** How far Postgres was read; undefined before the first reading. */
  private mark: ReadMark | undefined;
  private from: SnapshotOrigin['from'] = 'postgres';
  private loadedAt = new Date(0);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly changes: ChangeWatch,
    private readonly file: SnapshotFile,
  ) {
    if (file.isReadOnly) return;
    this.keeper = new SnapshotKeeper(file, () => ({ keys: this.keys.byHash, asOf: this.state().asOf }));
  }

  async onModuleInit(): Promise<void> {
    await this.changes.watch(
      () => this.reload(),
      () => this.loadFromDisk(),
    );
    this.timer = setInterval(() => void this.keeper?.confirm(), CONFIRM_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.keeper?.close();
  }

  /** A write key, live or not; undefined when it does not exist. */
  find(writeKey: string): KnownKey | undefined {
    return this.keys.byHash.get(hash('sha256', writeKey, 'base64'));
  }

  state(): SnapshotOrigin {
    const { from, loadedAt } = this;
    const fresh = from === 'postgres' ? this.changes.freshAt : undefined;
    return { from, asOf: fresh && fresh > loadedAt ? fresh : loadedAt, keys: this.keys.byHash.size };
  }

  private async reload(): Promise<void> {
    const startedAt = new Date();
    const { rows, isWhole, total, mark } = await readWriteKeys(this.database, this.mark);
    if (!isWhole && this.keys.sizeWith(rows) !== total) {
      // Keys in memory were deleted from Postgres, which changed rows do not show.
      this.mark = undefined;
      return this.reload();
    }
    const keys = isWhole ? new KnownKeys() : this.keys;
    await keys.put(rows);
    this.serve(keys, 'postgres', startedAt);
    this.mark = mark;
    // Most changes of the configuration do not concern write keys.
    if (isWhole || rows.length > 0) this.keeper?.save();
    this.logger.debug({ event: 'write_keys.loaded', keys: total, changed: rows.length });
  }

  /** Resolves to false when there is no intact file, and so no key to admit a call with. */
  private async loadFromDisk(): Promise<boolean> {
    try {
      const { rows, asOf } = await this.file.read();
      this.serve(await KnownKeys.of(rows), 'disk', asOf);
      this.logger.warn({ event: 'write_keys.loaded_from_disk', keys: rows.length, asOf });
      return true;
    } catch (error) {
      this.logger.warn({ event: 'write_keys.not_on_disk', reason: reasonOf(error) });
      return false;
    }
  }

  private serve(keys: KnownKeys, from: SnapshotOrigin['from'], asOf: Date): void {
    this.keys = keys;
    this.from = from;
    this.loadedAt = asOf;
  }
}

import { hash } from 'node:crypto';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ChangeWatch } from '../../database/change-watch.js';
import { type KnownKey } from '../keys/known-key.js';
import { KnownKeys } from '../keys/known-keys.js';
import { SnapshotFile } from './snapshot-file.js';
import { SnapshotKeeper } from './snapshot-keeper.js';
import { type ReadMark, readWriteKeys } from '../keys/write-key-rows.js';

/** Where the keys in memory come from. */
export interface SnapshotOrigin {
  readonly from: 'postgres' | 'disk';
  /** When they were last known to be what Postgres has. */
  readonly asOf: Date;
  /** How many there are, revoked and expired ones among them. */
  readonly keys: number;
}

/** How often it is noted on disk that nothing has changed, in ms. */
const CONFIRM_MS = 60_000;

/**
 * Every write key in memory, also revoked and expired ones: the guard asks no database, an unknown key costs nothing, and
 * while Postgres is away the last state goes on serving, across a restart from disk (DESIGN 5.6). A key that is revoked
 * in the meantime is known when Postgres is back; expiry goes by the clock and needs nobody.
 */
@Injectable()
export class WriteKeySnapshot implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(WriteKeySnapshot.name);
  private readonly keeper: SnapshotKeeper;
  private keys = new KnownKeys();
  /** How far Postgres was read; undefined while the keys come from elsewhere. */
  private mark: ReadMark | undefined;
  private from: SnapshotOrigin['from'] = 'postgres';
  private loadedAt = new Date(0);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly changes: ChangeWatch,
    private readonly file: SnapshotFile,
  ) {
    this.keeper = new SnapshotKeeper(file, () => ({ keys: this.keys.byHash, asOf: this.state().asOf }));
  }

  async onModuleInit(): Promise<void> {
    await this.changes.watch(
      () => this.reload(),
      () => this.loadFromDisk(),
    );
    this.timer = setInterval(() => void this.keeper.confirm(), CONFIRM_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.keeper.close();
  }

  /** What is known of a write key, whether it is still good or not; undefined when nobody has it. */
  find(writeKey: string): KnownKey | undefined {
    return this.keys.byHash.get(hash('sha256', writeKey, 'base64'));
  }

  state(): SnapshotOrigin {
    const { from, loadedAt } = this;
    const fresh = from === 'postgres' ? this.changes.freshAt : undefined;
    return { from, asOf: fresh && fresh > loadedAt ? fresh : loadedAt, keys: this.keys.byHash.size };
  }

  private async reload(): Promise<void> {
    const asked = new Date();
    const { rows, isWhole, total, mark } = await readWriteKeys(this.database, this.mark);
    if (!isWhole && this.keys.sizeWith(rows) !== total) {
      // Some of those in memory are no more.
      this.mark = undefined;
      return this.reload();
    }
    const keys = isWhole ? new KnownKeys() : this.keys;
    await keys.put(rows);
    this.serve(keys, 'postgres', asked);
    this.mark = mark;
    // Most changes of the configuration are none of the keys.
    if (isWhole || rows.length > 0) this.keeper.save();
    this.logger.debug({ event: 'write_keys.loaded', keys: total, changed: rows.length });
  }

  /** Resolves to false when there is no whole file: nobody could be served. */
  private async loadFromDisk(): Promise<boolean> {
    try {
      const { rows, asOf } = await this.file.read();
      this.serve(await KnownKeys.of(rows), 'disk', asOf);
      this.logger.warn({ event: 'write_keys.loaded_from_disk', keys: rows.length, asOf });
      return true;
    } catch (error) {
      this.logger.warn({ event: 'write_keys.not_on_disk', reason: String(error) });
      return false;
    }
  }

  private serve(keys: KnownKeys, from: SnapshotOrigin['from'], asOf: Date): void {
    this.keys = keys;
    this.from = from;
    this.loadedAt = asOf;
  }
}

import { LogOverloaded, LogUnavailable } from '../append-errors.js';
import { type Durability, type LogHealth, type LogRecord, type LogRoom } from '../appender.js';
import { EventLog } from '../event-log.js';
import { type ConsumeOptions, type GroupPosition, type ScanOptions, type Subscription } from '../reader.js';
import { DiskHealth } from './disk-health.js';
import { encodeAll, type EncodedRecord, LmdbStore } from './lmdb-store.js';
import { LocalConsumers } from './local-consumers.js';
import { LocalGroups } from './local-groups.js';
import { scanLocal } from './local-scan.js';
import { LogRetention, type RetentionLimits } from './log-retention.js';
import { footprint } from './record-format.js';

const FULL =
  'The local log has no room left: nothing in it can be removed before every destination has read it.';
/** With less room than this the log counts as full: a batch of the largest size might not fit. At most a share of the limit. */
const LEAST_ROOM = 1_048_576;
const LEAST_SHARE = 0.05;

/** Place and limits of the log. */
export interface LocalLogOptions extends RetentionLimits {
  /** Folder for this log alone; created when missing. */
  readonly directory: string;
  /** Most bytes of records that may wait for an fsync at once. */
  readonly maxInFlightBytes: number;
  /** Time between two checks of the retention, in ms. */
  readonly retentionIntervalMs?: number;
  /** From the write of an append to its result, in ms. */
  readonly deadlineMs?: number;
}

/** The event log of one process on its own disk (DESIGN 5.2): fsynced by group commit, one partition per topic. */
export class LocalLog extends EventLog {
  private readonly store: LmdbStore;
  private readonly retention: LogRetention;
  private readonly consumers: LocalConsumers;
  private readonly groups: LocalGroups;
  private readonly disk: DiskHealth;
  private inFlightBytes = 0;
  /** Size of the append that was refused last; 0 since there has been room for it. */
  private refusedBytes = 0;
  private roomBeingMade: Promise<void> | undefined;
  private closing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: LocalLogOptions) {
    super();
    this.store = new LmdbStore(options.directory, options.maxBytes, options.deadlineMs ?? 2_500);
    this.retention = new LogRetention(this.store, options);
    this.consumers = new LocalConsumers(this.store);
    this.groups = new LocalGroups(this.store, this.consumers);
    this.disk = new DiskHealth(this.store);
  }

  start(): Promise<void> {
    this.timer = setInterval(
      () => void this.removeExpired().catch(() => undefined),
      this.options.retentionIntervalMs ?? 60_000,
    ).unref();
    return Promise.resolve();
  }

  async append(records: readonly LogRecord[]): Promise<Durability> {
    if (records.length === 0) return 'disk';
    this.disk.assertWritable();
    const encoded = encodeAll(records);
    const bytes = encoded.reduce((sum, record) => sum + record.bytes.length, 0);
    if (this.inFlightBytes > 0 && this.inFlightBytes + bytes > this.options.maxInFlightBytes)
      throw new LogOverloaded(`More than ${this.options.maxInFlightBytes} bytes wait for the disk.`);
    this.inFlightBytes += bytes;
    try {
      const size = encoded.reduce((sum, record) => sum + footprint(record.bytes.length), 0);
      if (this.roomBeingMade !== undefined || !this.retention.hasRoom(size))
        await this.makeRoom(encoded, size);
      await this.store.append(encoded).catch((error: unknown) => this.disk.writeFailed(error));
      return 'disk';
    } finally {
      this.inFlightBytes -= bytes;
    }
  }

  /**
   * Appends that arrive meanwhile wait for the same run, so that none overtakes the first one. Records that no group reads are
   * always taken: they can be removed at once, and the dead letters among them let a destination move out of the way.
   */
  private async makeRoom(records: readonly EncodedRecord[], size: number): Promise<void> {
    this.roomBeingMade ??= this.retention.run().finally(() => (this.roomBeingMade = undefined));
    await this.roomBeingMade;
    this.disk.assertWritable();
    if (!records.some(({ topic }) => this.retention.isRead(topic))) return;
    if (!(await this.retention.waitForRoom(size))) {
      this.refusedBytes = size;
      throw new LogUnavailable(FULL);
    }
    this.disk.assertWritable();
  }

  async consume(options: ConsumeOptions): Promise<Subscription> {
    this.assertOpen();
    return this.consumers.consume(options);
  }

  async fixPosition(group: string, topics: readonly string[], since: Date): Promise<void> {
    this.assertOpen();
    await this.groups.fixPosition(group, topics, since);
  }

  async positions(group: string, topics: readonly string[]): Promise<GroupPosition[]> {
    this.assertOpen();
    return Promise.resolve(this.groups.positions(group, topics));
  }

  async offsetsAt(topic: string, time: Date): Promise<{ partition: number; offset: bigint }[]> {
    this.assertOpen();
    return Promise.resolve(this.groups.offsetsAt(topic, time));
  }

  async scan(options: ScanOptions): Promise<void> {
    await scanLocal(options, (from, count) => {
      this.assertOpen();
      return this.store.topic(options.topic).read(from, count);
    });
  }

  override async ownGroups(): Promise<readonly string[]> {
    this.assertOpen();
    return Promise.resolve(this.store.positions.names());
  }

  async deleteGroup(group: string): Promise<void> {
    this.assertOpen();
    await this.groups.deleteGroup(group);
  }

  health(): LogHealth {
    const detail = this.disk.detail ?? (this.isFull() ? FULL : undefined);
    return detail === undefined ? { ready: true } : { ready: false, detail };
  }

  override room(): LogRoom | undefined {
    return this.closing === undefined ? this.retention.room : undefined;
  }

  /** Whether an append was refused and would be again, or the next one may be. */
  private isFull(): boolean {
    const { limit, unread } = this.retention.room;
    const free = limit - unread;
    if (free >= this.refusedBytes) this.refusedBytes = 0;
    return free < Math.max(this.refusedBytes, Math.min(LEAST_ROOM, limit * LEAST_SHARE));
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([this.disk.close(), this.consumers.stopAll(), this.retention.stop()]);
    await this.store.close();
  }

  /** Reading a closed environment of lmdb crashes the process. */
  private assertOpen(): void {
    if (this.closing !== undefined) throw new LogUnavailable('The local log is closed.');
  }

  private async removeExpired(): Promise<void> {
    if (this.disk.detail === undefined)
      await this.retention.run().catch((error: unknown) => this.disk.writeFailed(error));
  }
}

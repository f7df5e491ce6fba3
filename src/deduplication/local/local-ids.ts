import { Logger } from '@nestjs/common';
import { type ClaimState, DeduplicationStore } from '../deduplication-store.js';
import { Generations } from './generations.js';
import { ID_BYTES } from './id-set.js';

const PROBE = Buffer.alloc(ID_BYTES);

/** Place and limits of the ids. */
export interface LocalIdsOptions {
  /** Folder for these ids alone; created when missing. */
  readonly directory: string;
  readonly windowMs: number;
  /** Most memory for the ids, approximately. */
  readonly maxBytes: number;
  /** Current time, in ms since the epoch. */
  readonly now: () => number;
}

/** The folder has not been read yet, or could not be. */
class NotOpen extends Error {
  override readonly name = 'NotOpen';
}

/**
 * Ids in files of this machine, for a single collector. Claims are not stored: within one process no id is claimed twice at
 * once, and the claims of a dead process are void.
 */
export class LocalIds extends DeduplicationStore {
  override readonly limitMs = 300;
  private readonly logger = new Logger(LocalIds.name);
  private opening: Promise<void> | undefined;
  private generations: Generations | undefined;
  private waiting: Buffer[] = [];
  private next: Promise<void> | undefined;
  private last: Promise<void> = Promise.resolve();
  private isFull = false;

  constructor(private readonly options: LocalIdsOptions) {
    super();
  }

  override async check(): Promise<void> {
    this.opening ??= this.open().finally(() => (this.opening = undefined));
    await this.opening;
    await this.write([PROBE]);
  }

  override claim(keys: readonly Buffer[]): Promise<readonly ClaimState[]> {
    const { generations } = this;
    if (generations === undefined) return Promise.reject(new NotOpen());
    return Promise.resolve(keys.map((key) => (generations.has(key) ? 'confirmed' : 'claimed')));
  }

  override async confirm(keys: readonly Buffer[]): Promise<boolean> {
    const wasFull = this.isFull;
    this.isFull = (this.generations?.bytes ?? 0) >= this.options.maxBytes;
    if (this.isFull && !wasFull)
      this.logger.warn({ event: 'deduplication.full', bytes: this.options.maxBytes });
    if (!this.isFull) await this.write(keys);
    return !this.isFull;
  }

  override release(): Promise<void> {
    return Promise.resolve();
  }

  override async close(): Promise<void> {
    await this.next?.catch(() => undefined);
    await this.last;
    await this.generations?.close();
  }

  private async open(): Promise<void> {
    const { directory, windowMs, now } = this.options;
    this.generations ??= await Generations.open(directory, windowMs, now());
  }

  /** One write is in flight; keys that arrive meanwhile go into the next one. */
  private write(keys: readonly Buffer[]): Promise<void> {
    for (const key of keys) this.waiting.push(key);
    this.next ??= this.last.then(() => {
      const work = this.append(this.waiting);
      this.waiting = [];
      this.next = undefined;
      this.last = work.catch(() => undefined);
      return work;
    });
    return this.next;
  }

  private async append(keys: readonly Buffer[]): Promise<void> {
    if (this.generations === undefined) throw new NotOpen();
    const generation = await this.generations.newest(this.options.now());
    await generation.append(keys);
  }
}

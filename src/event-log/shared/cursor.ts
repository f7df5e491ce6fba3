import { sleepUnlessAborted } from '../../resilience/pauses.js';
import { orAborted } from '../../resilience/time-limit.js';
import { type ConsumeOptions, type RecordBatch, type StoredRecord } from '../reader.js';
import { Redelivery } from '../redelivery.js';
import { type PartitionFeed, type TailWaiter } from './partition-feed.js';
import { type Permits } from './permits.js';
import { type Stretch } from './stretch.js';

const MIB = 1_048_576;
/** How often an undecided record is looked at again, in ms. */
const UNDECIDED_MS = 100;

/** What the cursors of one group have in common. */
export interface CursorGroup {
  readonly options: ConsumeOptions;
  /** How many partitions of the group are delivered at once. */
  readonly permits: Permits;
  isPaused(): boolean;
  /** Takes each new position; `isIdle` when it has passed only records that the group does not want. */
  moved(partition: number, next: bigint, isIdle: boolean): void;
}

/**
 * One group in one partition. Every record before `scanned` is finished, unwanted, or in `pending`. So the position, which
 * is the first pending record or else `scanned`, never passes a wanted record that is not finished.
 */
export class Cursor implements TailWaiter {
  private readonly redelivery: Redelivery;
  private pending: StoredRecord[] = [];
  /** Whether the record at `scanned` is not wanted yet and may be wanted later. */
  private undecided = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly group: CursorGroup,
    private readonly feed: PartitionFeed,
    private scanned: bigint,
    private readonly signal: AbortSignal,
  ) {
    this.redelivery = new Redelivery(group.options.group);
  }

  /** Resolves after the signal, when the in-flight batch has ended. */
  async run(): Promise<void> {
    const { signal } = this;
    const wake = (): void => this.changed();
    signal.addEventListener('abort', wake, { once: true });
    while (!signal.aborted) {
      if (this.group.isPaused()) await this.stay();
      else if (await this.fill()) await this.deliver();
      else await this.stay();
    }
    signal.removeEventListener('abort', wake);
  }

  /** The group was paused or resumed. */
  changed(): void {
    this.wake();
  }

  arrived(stretch: Stretch): boolean {
    if (stretch.next <= this.scanned) return true;
    const { interest } = this.group.options;
    if (stretch.concerns(interest) || stretch.undecidedFor(interest, this.scanned) !== undefined) {
      this.wake();
      return false;
    }
    this.scanned = stretch.next;
    this.skipped();
    return true;
  }

  private get position(): bigint {
    return this.pending[0]?.offset ?? this.scanned;
  }

  /** Waits at the tail for a wanted record, or during a pause for its end. What is pending is read again after a pause. */
  private async stay(): Promise<void> {
    const isPaused = this.group.isPaused();
    if (isPaused) {
      this.scanned = this.position;
      this.pending = [];
    } else if (this.scanned < this.feed.tail)
      return this.undecided ? sleepUnlessAborted(UNDECIDED_MS, this.signal) : undefined;
    if (this.signal.aborted) return;
    if (!isPaused) this.feed.wait(this);
    await new Promise<void>((resolve) => (this.wake = resolve));
    this.feed.leave(this);
  }

  /**
   * Reads wanted records until a batch is full or the tail is reached. Once there is one, it reads at most the size of a
   * batch further, so that the first does not wait for rare followers. Returns whether there is a batch.
   */
  private async fill(): Promise<boolean> {
    const { maxRecords, maxBytes = MIB } = this.group.options;
    let room = maxBytes - this.pending.reduce((sum, { value }) => sum + value.length, 0);
    let further = maxBytes;
    this.undecided = false;
    const isOpen = (): boolean => !this.undecided && (this.pending.length === 0 || (room > 0 && further > 0));
    while (this.scanned < this.feed.tail && this.pending.length < maxRecords && isOpen()) {
      const stretch = await this.next();
      if (stretch === undefined) return false;
      if (this.pending.length > 0) further -= stretch.bytes;
      room -= this.take(stretch, maxRecords, room);
    }
    return this.pending.length > 0;
  }

  /** Undefined after a pause or a stop. */
  private async next(): Promise<Stretch | undefined> {
    const stretch = await orAborted(this.feed.read(this.scanned), this.signal).catch((error: unknown) => {
      if (!this.signal.aborted) throw error;
    });
    return this.signal.aborted || this.group.isPaused() ? undefined : (stretch ?? undefined);
  }

  /** Moves the wanted records to the pending ones, as far as there is room. Returns how many bytes it took. */
  private take(stretch: Stretch, maxRecords: number, room: number): number {
    const hadNone = this.pending.length === 0;
    const { interest } = this.group.options;
    const stop = stretch.undecidedFor(interest, this.scanned);
    let next = stop?.offset ?? stretch.next;
    let taken = 0;
    for (const record of stretch.wantedBy(interest, this.scanned)) {
      if (record.offset >= next) break;
      const isFull = this.pending.length >= maxRecords || taken + record.value.length > room;
      if (isFull && this.pending.length > 0) {
        next = record.offset;
        // Nothing more fits: the batch is full.
        taken = Math.max(room, taken);
        break;
      }
      this.pending.push(record);
      taken += record.value.length;
    }
    this.scanned = next;
    this.undecided = next === stop?.offset;
    if (hadNone) this.skipped();
    return taken;
  }

  /** The position has moved past unwanted records only. */
  private skipped(): void {
    this.group.moved(this.feed.partition, this.position, true);
  }

  private async deliver(): Promise<void> {
    const { signal, feed, pending } = this;
    const batch = { topic: feed.topic, partition: feed.partition, records: [...pending] };
    try {
      await this.group.permits.run(() => this.attempt(batch));
      this.redelivery.reset();
    } catch (error) {
      if (!signal.aborted) await this.redelivery.pauseAfter(error, batch, signal);
    }
  }

  private async attempt(batch: RecordBatch): Promise<void> {
    const { signal } = this;
    if (signal.aborted || this.group.isPaused()) return;
    const finished = (offset: bigint): void => this.finished(offset);
    await this.group.options.onBatch(batch, { signal, finished });
    finished(batch.records.at(-1)?.offset ?? -1n);
  }

  private finished(offset: bigint): void {
    const before = this.pending.length;
    this.pending = this.pending.filter((record) => record.offset > offset);
    if (this.pending.length < before) this.group.moved(this.feed.partition, this.position, false);
  }
}

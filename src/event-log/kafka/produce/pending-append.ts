import { type Durability, type LogRecord } from '../../appender.js';

/** Estimate of what surrounds the texts of a record on the wire, in bytes. */
const RECORD_OVERHEAD = 64;

/** About how many bytes a record takes on the wire. */
export function sizeOf({ key, value, headers }: LogRecord): number {
  let size =
    RECORD_OVERHEAD + key.length + (typeof value === 'string' ? Buffer.byteLength(value) : value.length);
  for (const name in headers) size += name.length + (headers[name]?.length ?? 0);
  return size;
}

/** One append in the producer queue: how many of its records are acknowledged, and the promise of its caller. */
export class PendingAppend {
  readonly bytes: number;
  /** Set after a refused send that held it beside others: from then on it is sent separately. */
  alone = false;
  readonly done: Promise<Durability>;
  /** Acknowledged records; they are the first ones of the append. */
  private acknowledged = 0;
  private settled = false;
  private resolveDone!: (durability: Durability) => void;
  private rejectDone!: (error: Error) => void;

  constructor(
    readonly records: readonly LogRecord[],
    private readonly sizes: readonly number[],
    private readonly onSettled: (append: PendingAppend) => void,
  ) {
    this.bytes = sizes.reduce((sum, size) => sum + size, 0);
    this.done = new Promise((resolve, reject) => ([this.resolveDone, this.rejectDone] = [resolve, reject]));
  }

  /** How many of its next records fit into `room` bytes; with `atLeastOne`, a record larger than the room counts too. */
  fitting(room: number, atLeastOne: boolean): number {
    let count = 0;
    for (let size = 0, at = this.acknowledged; at < this.records.length; at += 1, count += 1) {
      size += this.sizes[at] ?? 0;
      if (size > room && (count > 0 || !atLeastOne)) break;
    }
    return count;
  }

  /** The first `count` records without an acknowledgement. */
  next(count: number): readonly LogRecord[] {
    return this.records.slice(this.acknowledged, this.acknowledged + count);
  }

  /** Counts further records as acknowledged; the append resolves with its last one. */
  acknowledge(records: number): void {
    this.acknowledged += records;
    if (this.acknowledged === this.records.length) this.settle(() => this.resolveDone('kafka'));
  }

  reject(error: Error): void {
    this.settle(() => this.rejectDone(error));
  }

  private settle(answer: () => void): void {
    if (this.settled) return;
    this.settled = true;
    this.onSettled(this);
    answer();
  }
}

import { type LogOverloaded, LogUnavailable } from '../../append-errors.js';
import { type LogRecord } from '../../appender.js';

/** What a record takes beside its texts, generously. */
const RECORD_OVERHEAD = 64;

/** About how many bytes a record has on the wire. */
export function sizeOf({ key, value, headers }: LogRecord): number {
  let size =
    RECORD_OVERHEAD + key.length + (typeof value === 'string' ? Buffer.byteLength(value) : value.length);
  for (const name in headers) size += name.length + (headers[name]?.length ?? 0);
  return size;
}

/** An append on its way: how much of it is acknowledged, and the promise that its caller waits for. */
export class PendingAppend {
  readonly bytes: number;
  /** Sent by itself, because it, or something it was sent with, was refused. */
  alone = false;
  readonly done: Promise<void>;
  /** How many of its records, from the first, Kafka has acknowledged. */
  private acknowledged = 0;
  private settled = false;
  private readonly timer: NodeJS.Timeout;
  private resolve!: () => void;
  private refuse!: (error: Error) => void;

  constructor(
    readonly records: readonly LogRecord[],
    private readonly sizes: readonly number[],
    deadlineMs: number,
    private readonly onSettled: (append: PendingAppend) => void,
  ) {
    this.bytes = sizes.reduce((sum, size) => sum + size, 0);
    this.done = new Promise<void>((resolve, reject) => ([this.resolve, this.refuse] = [resolve, reject]));
    this.timer = setTimeout(() => {
      this.reject(new LogUnavailable(`Kafka has not acknowledged within ${deadlineMs} ms.`));
    }, deadlineMs);
  }

  /** How many of its next records fit into so many bytes; one at least if it must. */
  fitting(room: number, must: boolean): number {
    let count = 0;
    for (let size = 0, at = this.acknowledged; at < this.records.length; at += 1, count += 1) {
      size += this.sizes[at] ?? 0;
      if (size > room && (count > 0 || !must)) break;
    }
    return count;
  }

  /** Its first records that are not acknowledged yet. */
  next(count: number): readonly LogRecord[] {
    return this.records.slice(this.acknowledged, this.acknowledged + count);
  }

  acknowledge(records: number): void {
    this.acknowledged += records;
    if (this.acknowledged === this.records.length) this.settle(this.resolve);
  }

  reject(error: LogUnavailable | LogOverloaded): void {
    this.settle(() => this.refuse(error));
  }

  private settle(answer: () => void): void {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.timer);
    this.onSettled(this);
    answer();
  }
}

import { sleep } from '../../../resilience/pauses.js';
import { withDeadline, withTimeLimit } from '../../../resilience/time-limit.js';
import { LogOverloaded, LogUnavailable, RecordsRefused } from '../../append-errors.js';
import { type Durability, type LogRecord } from '../../appender.js';
import { PendingAppend, sizeOf } from './pending-append.js';

/** Most bytes of one send: a broker's default limit of 1 MB, less the frame around the records. */
const MAX_SEND_BYTES = 900_000;
/** Wait between two sends while Kafka fails. */
const RETRY_MS = 100;

/** One request to Kafka at a time. The queue knows of no client library: this is the port that one implements. */
export interface Sender {
  /**
   * Resolves when all records are acknowledged (`acks=all`). Rejects with RecordsRefused or LogUnavailable; some of the
   * records may be written then.
   */
  send(records: readonly LogRecord[]): Promise<void>;
  /** Replaces connections that no longer answer. A pending send may stay pending forever. */
  renew(): void;
}

/** Limits of time and memory of a queue. */
export interface QueueLimits {
  /** From an append to its result, in ms. */
  readonly deadlineMs: number;
  readonly maxInFlightBytes: number;
  /** A send without an answer for this time, or failures for this time, renew the sender. In ms. */
  readonly hungMs: number;
}

/** Part of an append within one send: its next `count` records without an acknowledgement. */
interface Part {
  readonly append: PendingAppend;
  readonly count: number;
}

/**
 * Natural micro-batching (DESIGN 5.2): one send is in flight, and the next one takes all appends that arrived meanwhile.
 * Appends keep their order. At the start of an outage a failed send is retried until the deadline of its appends, because
 * an election or a restart takes a moment. In a longer outage each append is sent once, so that callers get a quick answer.
 */
export class ProducerQueue {
  private readonly waiting = new Set<PendingAppend>();
  private bytes = 0;
  private working = false;
  private failingSince: number | undefined;
  private renewedAt = 0;

  constructor(
    private readonly sender: Sender,
    private readonly limits: QueueLimits,
    /** Called after each send that says something about Kafka: without an error when it was acknowledged. */
    private readonly onOutcome: (error?: LogUnavailable) => void,
  ) {}

  /**
   * Resolves when every record is acknowledged. Rejects at once with LogOverloaded, with RecordsRefused, or with
   * LogUnavailable by the deadline at the latest.
   */
  async append(records: readonly LogRecord[]): Promise<Durability> {
    const { deadlineMs, maxInFlightBytes } = this.limits;
    const append = new PendingAppend(records, records.map(sizeOf), (settled) => {
      this.waiting.delete(settled);
      this.bytes -= settled.bytes;
    });
    this.waiting.add(append);
    this.bytes += append.bytes;
    if (this.waiting.size > 1 && this.bytes > maxInFlightBytes)
      append.reject(new LogOverloaded(`More than ${maxInFlightBytes} bytes wait for Kafka.`));
    if (!this.working) void this.work();
    const durability = await withDeadline(append.done, deadlineMs);
    if (durability !== undefined) return durability;
    const overdue = new LogUnavailable(`Kafka has not acknowledged within ${deadlineMs} ms.`);
    append.reject(overdue);
    throw overdue;
  }

  /** Resolves when no append is waiting, after their results or deadlines. */
  async drain(): Promise<void> {
    await Promise.allSettled([...this.waiting].map(({ done }) => done));
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.waiting.size > 0) {
      const parts = this.nextParts();
      try {
        await this.send(parts);
        this.succeeded(parts);
      } catch (error) {
        if (error instanceof RecordsRefused) this.refused(parts, error);
        else {
          this.failed(parts, unavailable(error));
          await sleep(RETRY_MS);
        }
      }
    }
    this.working = false;
  }

  /** As many records, in order, as fit into one send; at least one. */
  private nextParts(): Part[] {
    const parts: Part[] = [];
    let room = MAX_SEND_BYTES;
    for (const append of this.waiting) {
      if (append.alone && parts.length > 0) break;
      const count = append.fitting(room, parts.length === 0);
      if (count > 0) parts.push({ append, count });
      room -= append.bytes;
      if (append.alone || room <= 0) break;
    }
    return parts;
  }

  private send(parts: readonly Part[]): Promise<void> {
    const { hungMs } = this.limits;
    const records = parts.flatMap(({ append, count }) => append.next(count));
    const onTimeout = (): LogUnavailable => {
      this.renew();
      return new LogUnavailable(`Kafka has not answered a send within ${hungMs} ms.`);
    };
    return withTimeLimit(hungMs, onTimeout, undefined, () => this.sender.send(records));
  }

  private succeeded(parts: readonly Part[]): void {
    this.failingSince = undefined;
    for (const { append, count } of parts) append.acknowledge(count);
    this.onOutcome();
  }

  /** A refusal does not say which append it is about: each is sent separately, so that only the faulty one fails. */
  private refused(parts: readonly Part[], error: RecordsRefused): void {
    if (parts.length > 1) for (const { append } of parts) append.alone = true;
    else parts[0]?.append.reject(error);
  }

  private failed(parts: readonly Part[], error: LogUnavailable): void {
    this.onOutcome(error);
    const now = Date.now();
    this.failingSince ??= now;
    if (now - Math.max(this.failingSince, this.renewedAt) > this.limits.hungMs) this.renew();
    if (now - this.failingSince > this.limits.deadlineMs)
      for (const { append } of parts) append.reject(error);
  }

  private renew(): void {
    this.renewedAt = Date.now();
    this.sender.renew();
  }
}

/** An unexpected error of a sender must not stop the queue: later sends may succeed. */
const unavailable = (error: unknown): LogUnavailable =>
  error instanceof LogUnavailable ? error : new LogUnavailable('Kafka cannot be used.', { cause: error });

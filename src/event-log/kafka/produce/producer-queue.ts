import { setTimeout as sleep } from 'node:timers/promises';
import { LogOverloaded, LogUnavailable } from '../../append-errors.js';
import { type LogRecord } from '../../appender.js';
import { isAboutRecords, unavailable } from '../client/kafka-fault.js';
import { PendingAppend, sizeOf } from './pending-append.js';

/** Most bytes of one send: what a broker takes by default, less what surrounds the records. */
const MAX_SEND_BYTES = 900_000;
/** Wait between two sends while Kafka fails. */
const RETRY_MS = 100;

export interface Sender {
  send(records: readonly LogRecord[]): Promise<void>;
  /** Starts afresh, without what hangs. */
  renew(): void;
}

export interface QueueLimits {
  /** From the append to its answer, in ms. */
  readonly deadlineMs: number;
  readonly maxInFlightBytes: number;
  /** After so many ms without a success, while sending, the sender is renewed. */
  readonly hungMs: number;
}

/** Part of an append within one send: `count` records from the first that is not acknowledged. */
interface Part {
  readonly append: PendingAppend;
  readonly count: number;
}

/**
 * Natural micro-batching (DESIGN 5.2): one send at a time, the first at once, and each further one with everything that
 * came meanwhile. Appends keep their order. A send that failed is tried again until the deadlines of its appends, for as
 * long as the trouble is young: an election or a restart takes a moment. After that each append has one try, so that
 * callers learn at once.
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
    /** Told of every send: with undefined when it was acknowledged, else why not. */
    private readonly onOutcome: (error?: LogUnavailable) => void,
  ) {}

  /** Resolves when every record is acknowledged. Rejects with LogOverloaded at once, or LogUnavailable in time. */
  append(records: readonly LogRecord[]): Promise<void> {
    const { deadlineMs, maxInFlightBytes } = this.limits;
    const append = new PendingAppend(records, records.map(sizeOf), deadlineMs, (settled) => {
      this.waiting.delete(settled);
      this.bytes -= settled.bytes;
    });
    this.waiting.add(append);
    this.bytes += append.bytes;
    if (this.waiting.size > 1 && this.bytes > maxInFlightBytes)
      append.reject(new LogOverloaded(`More than ${maxInFlightBytes} bytes wait for Kafka.`));
    if (!this.working) void this.work();
    return append.done;
  }

  /** Resolves when nothing is waiting any more: by answers, or by deadlines. */
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
        this.failed(parts, error);
        if (!isAboutRecords(error)) await sleep(RETRY_MS);
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

  private async send(parts: readonly Part[]): Promise<void> {
    const records = parts.flatMap(({ append, count }) => append.next(count));
    const limit = new AbortController();
    const hung = sleep(this.limits.hungMs, undefined, { signal: limit.signal }).then(() => {
      this.renew();
      throw new LogUnavailable(`Kafka has not answered a send within ${this.limits.hungMs} ms.`);
    });
    try {
      await Promise.race([this.sender.send(records), hung]);
    } finally {
      limit.abort();
    }
  }

  private succeeded(parts: readonly Part[]): void {
    this.failingSince = undefined;
    for (const { append, count } of parts) append.acknowledge(count);
    this.onOutcome();
  }

  private failed(parts: readonly Part[], error: unknown): void {
    const reason = unavailable(error);
    if (isAboutRecords(error)) {
      // Somebody's records are refused: each append goes by itself, so that only the faulty one fails.
      if (parts.length > 1) for (const { append } of parts) append.alone = true;
      else parts[0]?.append.reject(reason);
      return;
    }
    this.onOutcome(reason);
    const now = Date.now();
    this.failingSince ??= now;
    if (now - Math.max(this.failingSince, this.renewedAt) > this.limits.hungMs) this.renew();
    if (now - this.failingSince > this.limits.deadlineMs)
      for (const { append } of parts) append.reject(reason);
  }

  private renew(): void {
    this.renewedAt = Date.now();
    this.sender.renew();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { LogUnavailable } from '../../src/event-log/append-errors.js';
import { type Durability, type LogRecord } from '../../src/event-log/appender.js';
import { EventLog } from '../../src/event-log/event-log.js';
import {
  BatchPostponed,
  type ConsumeOptions,
  type GroupPosition,
  type ScanOptions,
  type StoredRecord,
  type Subscription,
} from '../../src/event-log/reader.js';
import { scanLocal } from '../../src/event-log/local/local-scan.js';

const PAUSE_MS = 20;

/** An event log in memory with one partition per topic, and the port's guarantees about positions, batches and stops. */
export class FakeLog extends EventLog {
  /** While set, appends, consumers and scans are refused with LogUnavailable. */
  away = false;
  readonly records: StoredRecord[] = [];
  readonly next = new Map<string, bigint>();
  private readonly subscriptions = new Set<Subscription>();

  async start(): Promise<void> {}

  append(records: readonly LogRecord[]): Promise<Durability> {
    if (this.away) return Promise.reject(new LogUnavailable('away'));
    for (const { topic, key, value, headers } of records) {
      const offset = this.end(topic);
      this.records.push({
        topic,
        partition: 0,
        offset,
        key,
        value: Buffer.from(value),
        headers,
        timestamp: Date.now(),
      });
    }
    return Promise.resolve('disk');
  }

  of(topic: string): StoredRecord[] {
    return this.records.filter((record) => record.topic === topic);
  }

  fixPosition(group: string, [topic = '']: readonly string[], since: Date): Promise<void> {
    if (this.away) return Promise.reject(new LogUnavailable('away'));
    const first = this.of(topic).find(({ timestamp }) => timestamp >= since.getTime());
    if (!this.next.has(group)) this.next.set(group, first?.offset ?? this.end(topic));
    return Promise.resolve();
  }

  consume({ topics: [topic = ''], group, onBatch, maxRecords }: ConsumeOptions): Promise<Subscription> {
    if (this.away) return Promise.reject(new LogUnavailable('away'));
    const stop = new AbortController();
    let paused = false;
    const loop = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        const next = this.next.get(group) ?? 0n;
        const records = this.of(topic)
          .filter(({ offset }) => offset >= next)
          .slice(0, maxRecords);
        if (paused || records.length === 0) {
          await sleep(PAUSE_MS);
          continue;
        }
        const control = {
          signal: stop.signal,
          finished: (offset: bigint) => void this.next.set(group, offset + 1n),
        };
        await onBatch({ topic, partition: 0, records }, control).then(
          () => control.finished(records.at(-1)!.offset),
          (error: unknown) => sleep(error instanceof BatchPostponed ? error.afterMs : PAUSE_MS),
        );
      }
    };
    const running = loop();
    const subscription: Subscription = {
      pause: () => void (paused = true),
      resume: () => void (paused = false),
      stop: async () => {
        stop.abort();
        await running;
        this.subscriptions.delete(subscription);
      },
    };
    this.subscriptions.add(subscription);
    return Promise.resolve(subscription);
  }

  positions(group: string, topics: readonly string[]): Promise<GroupPosition[]> {
    return Promise.resolve(
      topics.map((topic) => ({
        topic,
        partition: 0,
        next: this.next.get(group) ?? 0n,
        end: this.end(topic),
        first: 0n,
      })),
    );
  }

  offsetsAt(topic: string, time: Date): Promise<{ partition: number; offset: bigint }[]> {
    const first = this.of(topic).find(({ timestamp }) => timestamp >= time.getTime());
    return Promise.resolve([{ partition: 0, offset: first?.offset ?? this.end(topic) }]);
  }

  scan({ topic, ranges, maxRecords, onBatch, signal }: ScanOptions): Promise<void> {
    if (this.away) return Promise.reject(new LogUnavailable('away'));
    return scanLocal({ topic, ranges, maxRecords, onBatch, signal }, (from, count) =>
      this.of(topic).slice(from, from + count),
    );
  }

  deleteGroup(group: string): Promise<void> {
    this.next.delete(group);
    return Promise.resolve();
  }

  health() {
    return { ready: !this.away };
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
  }

  private end(topic: string): bigint {
    return BigInt(this.of(topic).length);
  }
}

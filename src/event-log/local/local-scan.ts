import { yieldToEventLoop } from '../../resilience/pauses.js';
import { type ScanOptions, type StoredRecord } from '../reader.js';

/** Reads at most `count` records of the topic from an offset; none at its end. */
type Read = (from: number, count: number) => StoredRecord[];

/** A scan of the local log, whose topics have one partition. Between two batches other work of the process runs. */
export async function scanLocal(options: ScanOptions, read: Read): Promise<void> {
  const { topic, ranges, maxRecords, onBatch, signal } = options;
  for (const { partition, from, to } of ranges) {
    let next = from;
    while (next < to) {
      signal.throwIfAborted();
      const records = read(Number(next), maxRecords).filter(({ offset }) => offset < to);
      const last = records.at(-1);
      if (last === undefined) break;
      await onBatch({ topic, partition, records });
      next = last.offset + 1n;
      await yieldToEventLoop();
    }
  }
}

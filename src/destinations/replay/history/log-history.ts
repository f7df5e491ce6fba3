import { type Reader, type RecordBatch } from '../../../event-log/reader.js';
import { type History, type HistoryPage, type ReplayPlan, type ReplayPosition } from './history.js';

const MAX_RECORDS = 1_000;

/** Ranges of the events topic. */
export class LogHistory implements History {
  constructor(
    private readonly reader: Reader,
    private readonly topic: string,
    private readonly ranges: ReplayPlan['ranges'],
  ) {}

  read(
    { positions }: ReplayPosition,
    signal: AbortSignal,
    onPage: (page: HistoryPage) => Promise<void>,
  ): Promise<void> {
    return this.reader.scan({
      topic: this.topic,
      ranges: this.ranges.map(({ partition, from, to }) => ({
        partition,
        from: BigInt(positions[String(partition)] ?? from),
        to: BigInt(to),
      })),
      maxRecords: MAX_RECORDS,
      onBatch: (batch) => onPage(pageOf(batch)),
      signal,
    });
  }
}

function pageOf(batch: RecordBatch): HistoryPage {
  const { topic, partition } = batch;
  return {
    batch,
    after: (offset) => ({ place: String(partition), next: (offset + 1n).toString() }),
    nameOf: (offset) => `${topic}/${partition}/${offset}`,
    sent: () => Promise.resolve(),
  };
}

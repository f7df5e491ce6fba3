import { type EventLog, type RecordBatch } from '../../event-log/event-log.js';
import { type History, type Page, type ReplayPlan, type Standing } from './history.js';

const MAX_RECORDS = 1_000;

/** Parts of the events topic. */
export class LogHistory implements History {
  constructor(
    private readonly log: EventLog,
    private readonly topic: string,
    private readonly ranges: ReplayPlan['ranges'],
  ) {}

  read({ positions }: Standing, signal: AbortSignal, onPage: (page: Page) => Promise<void>): Promise<void> {
    return this.log.scan({
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

function pageOf(batch: RecordBatch): Page {
  const { topic, partition } = batch;
  return {
    batch,
    after: (offset) => ({ place: String(partition), next: (offset + 1n).toString() }),
    nameOf: (offset) => `${topic}/${partition}/${offset}`,
    sent: () => Promise.resolve(),
  };
}

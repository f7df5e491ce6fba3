import { type RecordBatch } from '../../../event-log/reader.js';
import { type HandlerLimits } from '../../contract/handler.js';
import { type Eligible } from './eligible.js';

/** Enough for every lane to be busy, few enough for a slow destination to record its progress often. */
const FEWEST = 200;
const MIB = 1_048_576;
/** What a type that waits for company may get at once, and any other: the log reads that much for every partition. */
const LARGE_BYTES = 4 * MIB;
/** Half of a batch may be keys and headers, or not be there yet: with this much of events nobody waits for more. */
const ENOUGH_BYTES = 2 * MIB;
/** A batch that waits is read anew at every look: seldom where it waits long, but often enough to see a change. */
const LOOKS = 20;
const LEAST_LOOK_MS = 1_000;
const LONGEST_LOOK_MS = 3_000;

/** How much one batch of the log holds at most. */
export interface BatchSize {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** A type that takes more events in one call gets them. */
export function batchSize({ maxItems, maxWaitMs }: Pick<HandlerLimits, 'maxItems' | 'maxWaitMs'>): BatchSize {
  return { maxRecords: Math.max(maxItems, FEWEST), maxBytes: maxWaitMs > 0 ? LARGE_BYTES : MIB };
}

/**
 * How long until a batch is to come again, larger perhaps, instead of being sent; 0 when it is full or its oldest event has
 * waited long enough. A record of the future was written by another clock: it waits twice as long at most.
 */
export function gatheringMs(
  { records }: RecordBatch,
  eligible: readonly Eligible[],
  limits: HandlerLimits,
  now: number,
): number {
  const { maxItems, maxBytes, maxWaitMs } = limits;
  const [oldest] = eligible;
  if (maxWaitMs === 0 || oldest === undefined) return 0;
  if (eligible.length >= maxItems || records.length >= batchSize(limits).maxRecords) return 0;
  // Those for others count too: behind a full batch nothing comes.
  if (records.reduce((sum, { value }) => sum + value.length, 0) >= ENOUGH_BYTES) return 0;
  if (eligible.reduce((sum, { delivery }) => sum + Buffer.byteLength(delivery.item.json), 0) >= maxBytes)
    return 0;
  const written = records.find(({ offset }) => offset === oldest.offset)?.timestamp ?? 0;
  const left = written + maxWaitMs - now;
  const look = Math.min(Math.max(maxWaitMs / LOOKS, LEAST_LOOK_MS), LONGEST_LOOK_MS);
  return left <= 0 || left > 2 * maxWaitMs ? 0 : Math.min(left, look);
}

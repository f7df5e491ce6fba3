import { type RecordBatch } from '../../../event-log/reader.js';
import { type HandlerLimits } from '../../contract/handler.js';
import { type Eligible } from './eligible.js';

/** Least records in a batch: enough to keep every lane busy, few enough for a slow destination to commit often. */
const LEAST_RECORDS = 200;
const MIB = 1_048_576;
/** Largest batch of a type that gathers events. Other types get 1 MiB: the log buffers this much for each partition. */
const GATHERING_BYTES = 4 * MIB;
/** Keys and headers may be half of a batch, so this much of events counts as a full batch. */
const FULL_BYTES = 2 * MIB;
/** A gathering batch is sorted again at every check: rarely for long waits, but often enough to notice a change. */
const CHECKS = 20;
const SHORTEST_CHECK_MS = 1_000;
const LONGEST_CHECK_MS = 3_000;

/** Upper limits of one batch of the log. */
export interface BatchSize {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** The batch size for a type: at least as many records as one call of its handler takes. */
export function batchSize({ maxItems, maxWaitMs }: Pick<HandlerLimits, 'maxItems' | 'maxWaitMs'>): BatchSize {
  return { maxRecords: Math.max(maxItems, LEAST_RECORDS), maxBytes: maxWaitMs > 0 ? GATHERING_BYTES : MIB };
}

/**
 * How long to wait for more events before a batch is sent, in ms; 0 when it is full or its oldest event has waited
 * `maxWaitMs`. A clock ahead of ours makes an event wait up to twice as long.
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
  // Filtered events count too: a full batch does not grow while it waits.
  if (records.reduce((sum, { value }) => sum + value.length, 0) >= FULL_BYTES) return 0;
  if (eligible.reduce((sum, { delivery }) => sum + Buffer.byteLength(delivery.item.json), 0) >= maxBytes)
    return 0;
  const appendedAt = records.find(({ offset }) => offset === oldest.offset)?.timestamp ?? 0;
  const left = appendedAt + maxWaitMs - now;
  const check = Math.min(Math.max(maxWaitMs / CHECKS, SHORTEST_CHECK_MS), LONGEST_CHECK_MS);
  return left <= 0 || left > 2 * maxWaitMs ? 0 : Math.min(left, check);
}

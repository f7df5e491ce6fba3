import { type RecordBatch } from '../../event-log/event-log.js';
import { type HandlerLimits } from '../handler.js';
import { type Eligible } from './eligible.js';

/** Enough for every lane to be busy, few enough for a slow destination to record its progress often. */
const FEWEST = 200;
/** A log may not give more than about a megabyte at a time: with this much nobody waits for more. */
const ENOUGH_BYTES = 500_000;
/** How long until a batch that waits for company is looked at again, at most. */
const LOOK_MS = 1_000;

/** The most records of one batch: a type that takes more events in one call gets them. */
export function recordsAtOnce({ maxItems }: Pick<HandlerLimits, 'maxItems'>): number {
  return Math.max(maxItems, FEWEST);
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
  if (eligible.length >= maxItems || records.length >= recordsAtOnce(limits)) return 0;
  const bytes = eligible.reduce((sum, { delivery }) => sum + Buffer.byteLength(delivery.item.json), 0);
  if (bytes >= Math.min(maxBytes, ENOUGH_BYTES)) return 0;
  const written = records.find(({ offset }) => offset === oldest.offset)?.timestamp ?? 0;
  const left = written + maxWaitMs - now;
  return left <= 0 || left > 2 * maxWaitMs ? 0 : Math.min(left, LOOK_MS);
}

import { type RecordBatch, type StoredRecord } from '../../../event-log/reader.js';
import { type CanonicalEvent } from '../../../events/event.js';
import { type Delivery, recordOriginOf, travellingOf } from './delivery.js';
import { type PreparedDestination } from './prepared-destination.js';
import { isWanted } from './integrations.js';

/** A delivery and the offset of its event. */
export interface Eligible {
  readonly offset: bigint;
  readonly delivery: Delivery;
}

/** An event that needs no attempt, and why: its own `integrations`, the filter of the connection, or the destination's state. */
export interface Excluded {
  readonly offset: bigint;
  readonly event: CanonicalEvent;
  readonly reason: 'integrations' | 'connection_filter' | 'disabled';
}

export interface Sorted {
  readonly eligible: readonly Eligible[];
  /** Events that are not for this destination. */
  readonly unwanted: readonly Excluded[];
  /** Offsets of records that hold no event: somebody else wrote to the topic. */
  readonly unreadable: readonly bigint[];
}

/**
 * Picks what a destination is to receive: events of its workspace, from connected sources, whose `integrations` and
 * whose connection's filter let them.
 * The headers decide first, so that what belongs to others is not even parsed.
 */
export function sortBatch(
  batch: RecordBatch,
  destination: Pick<PreparedDestination, 'workspaceId' | 'sources' | 'handler'>,
): Sorted {
  const eligible: Eligible[] = [];
  const unwanted: Excluded[] = [];
  const unreadable: bigint[] = [];
  for (const record of batch.records) {
    const { workspace, source } = record.headers;
    const passes = destination.sources.get(source ?? '');
    if (workspace !== destination.workspaceId || passes === undefined) continue;
    const json = record.value.toString('utf8');
    const event = eventOf(json);
    const { offset } = record;
    if (event === undefined) unreadable.push(offset);
    else if (!isWanted(event.integrations, destination.handler.title))
      unwanted.push({ offset, event, reason: 'integrations' });
    else if (!passes(event)) unwanted.push({ offset, event, reason: 'connection_filter' });
    else eligible.push({ offset, delivery: firstDelivery(record, event, json) });
  }
  return { eligible, unwanted, unreadable };
}

function firstDelivery(record: StoredRecord, event: CanonicalEvent, json: string): Delivery {
  const headers = travellingOf(record.headers);
  return { origin: recordOriginOf(record), item: { event, json, attempt: 1 }, headers };
}

/** The event of a record's text, or undefined when it is none. */
export function eventOf(json: string): CanonicalEvent | undefined {
  try {
    const value = JSON.parse(json) as Partial<CanonicalEvent> | null;
    const isEvent = typeof value?.type === 'string' && typeof value.messageId === 'string';
    return isEvent ? (value as CanonicalEvent) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

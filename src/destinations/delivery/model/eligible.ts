import { type RecordBatch, type StoredRecord } from '../../../event-log/reader.js';
import { type CanonicalEvent } from '../../../events/event.js';
import { type Delivery, recordOriginOf, travellingOf } from './delivery.js';
import { type BacklogOwner } from './prepared-destination.js';

/** A delivery and the offset of its event. */
export interface Eligible {
  readonly offset: bigint;
  readonly delivery: Delivery;
}

/**
 * Why an event is filtered without an attempt: its own `integrations`, the filter of the connection, or a disabled
 * destination. The fourth reason of the metric, `handler`, follows from an attempt.
 */
export type FilterReason = 'integrations' | 'connection_filter' | 'disabled';

/** An event that needs no attempt, and why. */
export interface FilteredEvent {
  readonly offset: bigint;
  readonly event: CanonicalEvent;
  readonly reason: FilterReason;
}

export interface SortedBatch {
  readonly eligible: readonly Eligible[];
  readonly filtered: readonly FilteredEvent[];
  /** Offsets of records that hold no event: another producer wrote to the topic. */
  readonly unreadable: readonly bigint[];
}

/**
 * Sorts the events of a destination's workspace and connected sources: those to attempt, and those that `integrations` or
 * the connection's filter keep back. Other events are left out by their headers, without parsing them.
 */
export function sortBatch(
  batch: RecordBatch,
  destination: Pick<BacklogOwner, 'workspaceId' | 'sources' | 'handler'>,
): SortedBatch {
  const eligible: Eligible[] = [];
  const filtered: FilteredEvent[] = [];
  const unreadable: bigint[] = [];
  for (const record of batch.records) {
    const { workspace, source } = record.headers;
    const passes = destination.sources.get(source ?? '');
    if (workspace !== destination.workspaceId || passes === undefined) continue;
    const { event, json } = contentOf(record);
    const { offset } = record;
    if (event === undefined) unreadable.push(offset);
    else if (!passesIntegrations(event.integrations, destination.handler.title))
      filtered.push({ offset, event, reason: 'integrations' });
    else if (!passes(event)) filtered.push({ offset, event, reason: 'connection_filter' });
    else eligible.push({ offset, delivery: firstDelivery(record, event, json) });
  }
  return { eligible, filtered, unreadable };
}

function firstDelivery(record: StoredRecord, event: CanonicalEvent, json: string): Delivery {
  const headers = travellingOf(record.headers);
  return { origin: recordOriginOf(record), item: { event, json, attempt: 1 }, headers };
}

interface Content {
  readonly json: string;
  /** Undefined where the text holds no event. */
  readonly event: CanonicalEvent | undefined;
}

const contents = new WeakMap<StoredRecord, Content>();

/** The text and the event of a record. The log gives one record to many destinations, and each record is parsed once. */
function contentOf(record: StoredRecord): Content {
  const known = contents.get(record);
  if (known !== undefined) return known;
  const json = record.value.toString('utf8');
  const content = { json, event: eventOf(json) };
  contents.set(record, content);
  return content;
}

/** The event in a record's text, or undefined when there is none. */
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

/**
 * Whether an event's `integrations` let it pass to the destination type with this title (WIRE 3.5). A boolean under the
 * title decides, and an object there means yes. Without either, `All` decides, which is on unless it is `false`.
 */
export function passesIntegrations(integrations: unknown, title: string): boolean {
  if (typeof integrations !== 'object' || integrations === null || Array.isArray(integrations)) return true;
  const own = ownValue(integrations, title);
  if (typeof own === 'boolean') return own;
  if (typeof own === 'object' && own !== null) return true;
  return ownValue(integrations, 'All') !== false;
}

/** Own keys only: a title such as `constructor` must not find what every object inherits. */
function ownValue(object: object, key: string): unknown {
  return Object.entries(object).find(([name]) => name === key)?.[1];
}

import { EVENT_COLUMNS, type EventColumn } from '../../../events/columns.js';
import { type CanonicalEvent } from '../../../events/event.js';
import { parseJson, stringifyJson } from '../../../events/exact-json.js';
import { yieldToEventLoop } from '../../../resilience/pauses.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';

/** Rows that are written without a pause. A megabyte takes some 30 ms, in which the process does nothing else. */
const ROW_GROUP = 2_000;
const FIRST_TIME = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_TIME = Date.parse('9999-12-31T23:59:59.999Z');

/** A Parquet file with a row per event. Objects are JSON texts; `raw` is the event as the event log holds it. */
export async function parquetOf(items: readonly DeliveryItem[]): Promise<Uint8Array> {
  const { ByteWriter, parquetWrite } = await import('hyparquet-writer');
  // Parsed again from the text: `event` has lost digits of numbers beyond 2^53.
  const events = items.map(({ json }) => parseJson(json) as CanonicalEvent);
  const writer = Object.assign(new ByteWriter(), { flush: yieldToEventLoop });
  await parquetWrite({
    writer,
    rowGroupSize: ROW_GROUP,
    createdBy: 'tributary',
    columnData: EVENT_COLUMNS.map((column) => columnOf(column, items, events)),
  });
  return writer.getBytes();
}

function columnOf(column: EventColumn, items: readonly DeliveryItem[], events: readonly CanonicalEvent[]) {
  const { name } = column;
  if (column.kind === 'raw')
    return { name, type: 'STRING' as const, data: items.map(({ json }) => json), nullable: false };
  const { field } = column;
  return column.kind === 'time'
    ? { name, type: 'TIMESTAMP' as const, data: events.map((event) => timeOf(event[field])) }
    : { name, type: 'STRING' as const, data: events.map((event) => textOf(event[field])) };
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : stringifyJson(value);
}

/**
 * Null for a text that is no time, and the nearest time of the years 1 to 9999: many readers fail at a file with any other year.
 * `raw` keeps the text.
 */
function timeOf(value: unknown): Date | null {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? null : new Date(Math.min(Math.max(time, FIRST_TIME), LAST_TIME));
}

import { setImmediate } from 'node:timers/promises';
import { type CanonicalEvent } from '../../../events/event.js';
import { parseJson, stringifyJson } from '../../../events/exact-json.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';

/** Rows that are written without a pause: a megabyte takes some 30 ms, in which nothing else runs. */
const ROW_GROUP = 2_000;

/** Columns that are read out of the event: their names, those of the `postgres` type's table, and the fields. */
const TEXTS = [
  ['source_id', 'projectId'],
  ['message_id', 'messageId'],
  ['type', 'type'],
  ['event', 'event'],
  ['name', 'name'],
  ['user_id', 'userId'],
  ['anonymous_id', 'anonymousId'],
  ['group_id', 'groupId'],
  ['previous_id', 'previousId'],
] as const;
const TIMES = [
  ['timestamp', 'timestamp'],
  ['sent_at', 'sentAt'],
  ['received_at', 'receivedAt'],
] as const;
const OBJECTS = [
  ['context', 'context'],
  ['properties', 'properties'],
  ['traits', 'traits'],
] as const;

/** A Parquet file with a row for each event; objects are JSON texts, and `raw` is the event as the log holds it. */
export async function parquetOf(items: readonly DeliveryItem[]): Promise<Uint8Array> {
  const { ByteWriter, parquetWrite } = await import('hyparquet-writer');
  // Numbers beyond JavaScript's are exact in the text only.
  const events = items.map(({ json }) => parseJson(json) as CanonicalEvent);
  const column = (
    [name, field]: readonly [string, string],
    type: 'STRING' | 'TIMESTAMP',
    read: (value: unknown) => unknown,
  ) => ({ name, type, data: events.map((event) => read(event[field])) });
  const writer = Object.assign(new ByteWriter(), { flush: () => setImmediate() });
  await parquetWrite({
    writer,
    rowGroupSize: ROW_GROUP,
    createdBy: 'tributary',
    columnData: [
      ...TEXTS.map((one) => column(one, 'STRING', textOf)),
      ...TIMES.map((one) => column(one, 'TIMESTAMP', timeOf)),
      ...OBJECTS.map((one) => column(one, 'STRING', textOf)),
      { name: 'raw', type: 'STRING', data: items.map(({ json }) => json), nullable: false },
    ],
  });
  return writer.getBytes();
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : stringifyJson(value);
}

/** Nothing where the text is no time: it is still in `raw`. */
function timeOf(value: unknown): Date | null {
  const time = typeof value === 'string' ? new Date(value) : undefined;
  return time === undefined || Number.isNaN(time.getTime()) ? null : time;
}

import { createHash } from 'node:crypto';
import { type EventType } from '../../../events/event.js';
import { stringifyJson } from '../../../events/exact-json.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';
import { type ClickHouseSettings } from './clickhouse.settings.js';

type Value = string | undefined;

/** The columns of every table, and what an item has for them. Numbers are only ever in texts, where they keep their digits. */
const COLUMNS: readonly (readonly [name: string, type: string, value: (item: DeliveryItem) => Value])[] = [
  ['source_id', 'LowCardinality(String)', ({ event }) => textOf(event.projectId)],
  ['message_id', 'String', ({ event }) => textOf(event.messageId)],
  ['type', 'LowCardinality(String)', ({ event }) => event.type],
  ['event', 'LowCardinality(Nullable(String))', ({ event }) => textOf(event.event)],
  ['name', 'Nullable(String)', ({ event }) => textOf(event.name)],
  ['user_id', 'Nullable(String)', ({ event }) => textOf(event.userId)],
  ['anonymous_id', 'Nullable(String)', ({ event }) => textOf(event.anonymousId)],
  ['group_id', 'Nullable(String)', ({ event }) => textOf(event.groupId)],
  ['previous_id', 'Nullable(String)', ({ event }) => textOf(event.previousId)],
  ['timestamp', "DateTime64(3, 'UTC')", ({ event }) => timeOf(event.timestamp)],
  ['sent_at', "DateTime64(3, 'UTC')", ({ event }) => timeOf(event.sentAt)],
  ['received_at', "DateTime64(3, 'UTC')", ({ event }) => timeOf(event.receivedAt)],
  ['context', 'Nullable(String)', ({ event }) => textOf(event.context)],
  ['properties', 'Nullable(String)', ({ event }) => textOf(event.properties)],
  ['traits', 'Nullable(String)', ({ event }) => textOf(event.traits)],
  ['raw', 'String CODEC(ZSTD)', ({ json }) => json],
];

/** What every version of the server can hold in a DateTime64. Beyond that only `raw` has the event's own time. */
const EARLIEST = '1900-01-01T00:00:00.000Z';
const LATEST = '2299-12-31T23:59:59.999Z';

/** How many of the last inserts a table knows again by their tokens; without this only replicated tables would. */
const TOKENS_KEPT = 1_000;

const quoted = (name: string): string => `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``;

/** The table that events of a type go to, quoted. */
export function tableOf({ database, table }: ClickHouseSettings, type: EventType): string {
  return `${quoted(database)}.${quoted(table.replaceAll('{type}', type))}`;
}

/** Without partitions: rows in different ones would never collapse, and who sends a message again may have another clock. */
export function creationOf(table: string): string {
  const columns = COLUMNS.map(([name, type]) => `${quoted(name)} ${type}`).join(', ');
  return (
    `CREATE TABLE IF NOT EXISTS ${table} (${columns}) ENGINE = ReplacingMergeTree ` +
    `ORDER BY (source_id, message_id) SETTINGS non_replicated_deduplication_window = ${TOKENS_KEPT}`
  );
}

export function insertionInto(table: string): string {
  return `INSERT INTO ${table} (${COLUMNS.map(([name]) => quoted(name)).join(', ')}) FORMAT JSONEachRow`;
}

/** One event as a line of JSONEachRow. */
export function rowOf(item: DeliveryItem): string {
  return `${JSON.stringify(Object.fromEntries(COLUMNS.map(([name, , value]) => [name, value(item)])))}\n`;
}

/**
 * Names a batch by what is in it, so that the server drops one that it has already. Message ids are the senders', so their
 * sources belong to them; a replay is meant to arrive, also where rows were deleted since.
 */
export function tokenOf(items: readonly DeliveryItem[]): string {
  const ids = items.map(({ event, replay }) => [event.projectId, event.messageId, replay]);
  return createHash('sha256').update(JSON.stringify(ids)).digest('hex');
}

/** Half a character would be an error in the server's JSON; `raw` has it escaped. */
function textOf(value: unknown): Value {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'string' ? value : stringifyJson(value);
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** Times of the canonical event are ISO 8601 in UTC with four digits for the year, which sort as they are (WIRE 2.2–2.4). */
const timeOf = (time: string): string => (time < EARLIEST ? EARLIEST : time > LATEST ? LATEST : time);

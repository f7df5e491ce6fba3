import { createHash } from 'node:crypto';
import { EVENT_COLUMNS, type EventColumn } from '../../../events/columns.js';
import { type EventType } from '../../../events/event.js';
import { stringifyJson } from '../../../events/exact-json.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';
import { type ClickHouseSettings } from './clickhouse.settings.js';

/** Earliest and latest time that a DateTime64 of every version holds. Only `raw` keeps a time outside. */
const EARLIEST = '1900-01-01T00:00:00.000Z';
const LATEST = '2299-12-31T23:59:59.999Z';

/** Deduplication tokens that a table keeps; without this setting only replicated tables keep any. */
const TOKENS_KEPT = 1_000;

const quoted = (name: string): string => `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``;
const names = EVENT_COLUMNS.map(({ name }) => quoted(name)).join(', ');

/** The quoted name of the table for events of a type. */
export function clickHouseTableOf({ database, table }: ClickHouseSettings, type: EventType): string {
  return `${quoted(database)}.${quoted(table.replaceAll('{type}', type))}`;
}

/**
 * Creates a missing table. It has no partitions: rows of different partitions are never merged into one, and a message that
 * is sent again may carry another timestamp.
 */
export function createTableQuery(table: string): string {
  const columns = EVENT_COLUMNS.map(
    (column) => `${quoted(column.name)} ${typeOf(column, isNullable(column))}`,
  ).join(', ');
  return (
    `CREATE TABLE IF NOT EXISTS ${table} (${columns}) ENGINE = ReplacingMergeTree ` +
    `ORDER BY (source_id, message_id) SETTINGS non_replicated_deduplication_window = ${TOKENS_KEPT}`
  );
}

/** Adds missing columns, which may be NULL because the rows of the table have no value for them. */
export function addColumnsQuery(table: string): string {
  const additions = EVENT_COLUMNS.map(
    (column) => `ADD COLUMN IF NOT EXISTS ${quoted(column.name)} ${typeOf(column, true)}`,
  );
  return `ALTER TABLE ${table} ${additions.join(', ')}`;
}

export function insertQuery(table: string): string {
  return `INSERT INTO ${table} (${names}) FORMAT JSONEachRow`;
}

/** One event as a line of JSONEachRow. Numbers stand in texts only, where they keep their digits. */
export function rowOf(item: DeliveryItem): string {
  return `${JSON.stringify(Object.fromEntries(EVENT_COLUMNS.map((column) => [column.name, valueOf(column, item)])))}\n`;
}

/**
 * Deduplication token of a batch, by its content: the server drops a batch that it has stored. The source is part of it
 * because senders choose message ids. The replay is part of it because a replay must store rows that were deleted since.
 */
export function tokenOf(items: readonly DeliveryItem[]): string {
  const ids = items.map(({ event, replay }) => [event.projectId, event.messageId, replay]);
  return createHash('sha256').update(JSON.stringify(ids)).digest('hex');
}

/** In new tables a time is never NULL: every canonical event has it, and a nullable column costs ClickHouse a second file. */
const isNullable = (column: EventColumn): boolean =>
  column.kind !== 'raw' && column.kind !== 'time' && !column.isRequired;

function typeOf({ kind }: EventColumn, nullable: boolean): string {
  const orNull = (type: string): string => (nullable ? `Nullable(${type})` : type);
  switch (kind) {
    case 'text':
    case 'object':
      return orNull('String');
    case 'category':
      return `LowCardinality(${orNull('String')})`;
    case 'time':
      return orNull("DateTime64(3, 'UTC')");
    case 'raw':
      return `${orNull('String')} CODEC(ZSTD)`;
  }
}

function valueOf(column: EventColumn, { event, json }: DeliveryItem): unknown {
  if (column.kind === 'raw') return json;
  const value = event[column.field];
  return column.kind === 'time' ? timeOf(value) : textOf(value);
}

/** An unpaired surrogate would be an error in the server's JSON; `raw` has it escaped. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'string' ? value : stringifyJson(value);
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * Times of canonical events are ISO 8601 in UTC with a year of four digits, so they sort as texts (WIRE 2.2–2.4). Other producers
 * may write years with a sign, which sorts before the digits.
 */
function timeOf(time: unknown): unknown {
  if (typeof time !== 'string') return time;
  if (time.startsWith('+')) return LATEST;
  return time < EARLIEST ? EARLIEST : time > LATEST ? LATEST : time;
}

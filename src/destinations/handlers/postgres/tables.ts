import { EVENT_COLUMNS, type EventColumn, type FieldColumn } from '../../../events/columns.js';
import { type EventType } from '../../../events/event.js';
import { type PostgresSettings } from './postgres.settings.js';

const TYPES: Readonly<Record<EventColumn['kind'], string>> = {
  text: 'text',
  category: 'text',
  time: 'timestamptz',
  object: 'jsonb',
  raw: 'json',
};
/** Primary key of every table: senders choose message ids, so only together with the source do they identify an event. */
const KEY = ['source_id', 'message_id'];
/** Longest message id that the key takes as it is. */
const MAX_KEY_BYTES = 1_000;
const FIRST_TIME = '0001-01-01T00:00:00.000Z';
const LAST_TIME = '9999-12-31T23:59:59.999Z';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const list = (names: readonly string[]): string => names.map(quoted).join(', ');

/** The quoted name of the table for events of a type. */
export function postgresTableOf({ schema, layout, tablePrefix }: PostgresSettings, type: EventType): string {
  return `${quoted(schema)}.${quoted(`${tablePrefix}${layout === 'one-table' ? 'events' : type}`)}`;
}

/** Creates missing tables. The lock is needed: concurrent CREATE TABLE IF NOT EXISTS statements can fail in PostgreSQL. */
export function createTablesSql(tables: readonly string[]): string {
  const columns = EVENT_COLUMNS.map((column) => {
    const isRequired = column.kind === 'raw' || column.isRequired;
    return `${quoted(column.name)} ${TYPES[column.kind]}${isRequired ? ' NOT NULL' : ''}`;
  });
  const key = `PRIMARY KEY (${list(KEY)})`;
  const statements = tables.map(
    (table) => `CREATE TABLE IF NOT EXISTS ${table} (${columns.join(', ')}, ${key})`,
  );
  return ["SELECT pg_advisory_xact_lock(hashtext('tributary tables'))", ...statements].join('; ');
}

/** Names of the columns of a table, whose quoted name is the parameter. Any role may read the catalog. */
export const COLUMN_NAMES_SQL =
  'SELECT attname AS name FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped';

/** The columns that a table lacks; undefined when its key is among them, which a column that may be NULL cannot replace. */
export function missingColumns(existing: readonly string[]): readonly EventColumn[] | undefined {
  const missing = EVENT_COLUMNS.filter(({ name }) => !existing.includes(name));
  return missing.some(({ name }) => KEY.includes(name)) ? undefined : missing;
}

/** Adds columns, which may be NULL because the rows of the table have no value for them. */
export function addColumnsSql(table: string, columns: readonly EventColumn[]): string {
  const additions = columns.map(
    ({ name, kind }) => `ADD COLUMN IF NOT EXISTS ${quoted(name)} ${TYPES[kind]}`,
  );
  return `ALTER TABLE ${table} ${additions.join(', ')}`;
}

/**
 * One statement inserts all events of a table; their JSON texts are its parameter. The server extracts the columns from the
 * text, so that no number passes through JavaScript and loses digits. An event that the table has is left as it is.
 * `mostCharacters` cuts the texts of columns that are no part of the key.
 */
export function insertSql(table: string, mostCharacters?: number): string {
  return `
    WITH given AS MATERIALIZED (SELECT j, j::jsonb AS e FROM unnest($1::text[]) AS j)
    INSERT INTO ${table} (${list(EVENT_COLUMNS.map(({ name }) => name))})
    SELECT ${EVENT_COLUMNS.map((column) => sourceOf(column, mostCharacters)).join(', ')} FROM given
    ON CONFLICT (${list(KEY)}) DO NOTHING`;
}

/** The value of a column: `e` is the event as jsonb, `j` its JSON text. */
function sourceOf(column: EventColumn, mostCharacters?: number): string {
  if (column.kind === 'raw') return 'j::json';
  const value = fieldOf(column);
  if (column.name === 'message_id') return messageIdOf(value);
  const isCut = mostCharacters !== undefined && (column.kind === 'text' || column.kind === 'category');
  return isCut && !KEY.includes(column.name) ? `left(${value}, ${mostCharacters})` : value;
}

/**
 * An index entry has at most 2,704 bytes, and message ids that passed the collector at most 400. Other producers may write longer
 * ones to the topic: their hash identifies the event as well.
 */
const messageIdOf = (value: string): string =>
  `CASE WHEN octet_length(${value}) <= ${MAX_KEY_BYTES} THEN ${value} ` +
  `ELSE 'sha256:' || encode(sha256(convert_to(${value}, 'UTF8')), 'hex') END`;

/**
 * The nearest time of the years 1 to 9999. A timestamptz has no year 0, and drivers fail at years before 1 and after 9999. ISO
 * texts of such years begin with 0000 or a sign, which sorts before the digits.
 */
const timeOf = (value: string): string =>
  `(CASE WHEN ${value} LIKE '+%' THEN '${LAST_TIME}' WHEN ${value} COLLATE "C" < '0001' THEN '${FIRST_TIME}' ` +
  `ELSE ${value} END)::timestamptz`;

function fieldOf({ kind, field }: FieldColumn): string {
  const name = `'${field.replaceAll("'", "''")}'`;
  switch (kind) {
    case 'text':
    case 'category':
      return `(e->>${name})`;
    case 'time':
      return timeOf(`(e->>${name})`);
    case 'object':
      return `e->${name}`;
  }
}

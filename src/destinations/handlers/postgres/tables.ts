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
 */
export function insertSql(table: string): string {
  return `
    WITH given AS MATERIALIZED (SELECT j, j::jsonb AS e FROM unnest($1::text[]) AS j)
    INSERT INTO ${table} (${list(EVENT_COLUMNS.map(({ name }) => name))})
    SELECT ${EVENT_COLUMNS.map(sourceOf).join(', ')} FROM given
    ON CONFLICT (${list(KEY)}) DO NOTHING`;
}

/** The value of a column: `e` is the event as jsonb, `j` its JSON text. */
function sourceOf(column: EventColumn): string {
  return column.kind === 'raw' ? 'j::json' : fieldOf(column);
}

function fieldOf({ kind, field }: FieldColumn): string {
  const name = `'${field.replaceAll("'", "''")}'`;
  switch (kind) {
    case 'text':
    case 'category':
      return `e->>${name}`;
    case 'time':
      return `(e->>${name})::timestamptz`;
    case 'object':
      return `e->${name}`;
  }
}

import { type EventType } from '../../../events/event.js';
import { type PostgresSettings } from './postgres.settings.js';

/**
 * The columns of every table and where each is taken from: `e` is the event as jsonb, `j` its JSON text. The server reads
 * them out of the text, so that no number passes through JavaScript and loses digits.
 */
const COLUMNS = [
  ['source_id', 'text NOT NULL', `e->>'projectId'`],
  ['message_id', 'text NOT NULL', `e->>'messageId'`],
  ['type', 'text NOT NULL', `e->>'type'`],
  ['event', 'text', `e->>'event'`],
  ['name', 'text', `e->>'name'`],
  ['user_id', 'text', `e->>'userId'`],
  ['anonymous_id', 'text', `e->>'anonymousId'`],
  ['group_id', 'text', `e->>'groupId'`],
  ['previous_id', 'text', `e->>'previousId'`],
  ['timestamp', 'timestamptz NOT NULL', `(e->>'timestamp')::timestamptz`],
  ['sent_at', 'timestamptz', `(e->>'sentAt')::timestamptz`],
  ['received_at', 'timestamptz NOT NULL', `(e->>'receivedAt')::timestamptz`],
  ['context', 'jsonb', `e->'context'`],
  ['properties', 'jsonb', `e->'properties'`],
  ['traits', 'jsonb', `e->'traits'`],
  ['raw', 'json NOT NULL', 'j::json'],
] as const;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const names = COLUMNS.map(([name]) => quoted(name)).join(', ');

/** The table that events of a type go to, quoted. */
export function tableOf({ schema, layout, tablePrefix }: PostgresSettings, type: EventType): string {
  return `${quoted(schema)}.${quoted(`${tablePrefix}${layout === 'one-table' ? 'events' : type}`)}`;
}

/** Only one at a time may make a table: two that do at once can fail, although each says IF NOT EXISTS. */
export function creationOf(tables: readonly string[]): string {
  const columns = COLUMNS.map(([name, type]) => `${quoted(name)} ${type}`).join(', ');
  const key = 'PRIMARY KEY ("source_id", "message_id")';
  const statements = tables.map((table) => `CREATE TABLE IF NOT EXISTS ${table} (${columns}, ${key})`);
  return ["SELECT pg_advisory_xact_lock(hashtext('tributary tables'))", ...statements].join('; ');
}

/**
 * One statement for all events of a table, whose JSON texts are its parameter (DESTINATIONS 1). Message ids are the senders',
 * so only together with the source do they say that an event is there already.
 */
export function insertInto(table: string): string {
  return `
    WITH given AS MATERIALIZED (SELECT j, j::jsonb AS e FROM unnest($1::text[]) AS j)
    INSERT INTO ${table} (${names})
    SELECT ${COLUMNS.map(([, , source]) => source).join(', ')} FROM given
    ON CONFLICT ("source_id", "message_id") DO NOTHING`;
}

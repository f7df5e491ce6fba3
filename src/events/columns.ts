/**
 * How a warehouse stores a column. Each destination type maps the kinds to types of its own.
 * `text`: a text. `category`: a text with few different values. `time`: a moment, ISO 8601 in the event.
 * `object`: a JSON object. `raw`: the whole event as JSON text, byte for byte.
 */
export type ColumnKind = 'text' | 'category' | 'time' | 'object' | 'raw';

/** A column that holds one field of the canonical event. */
export interface FieldColumn {
  readonly name: string;
  readonly kind: Exclude<ColumnKind, 'raw'>;
  /** Name of the field in the canonical event. */
  readonly field: string;
  /** Whether every event has the field, so that a new table may forbid NULL. A column added later allows NULL. */
  readonly isRequired: boolean;
}

/** The column that holds the whole event. */
export interface RawColumn {
  readonly name: string;
  readonly kind: 'raw';
}

export type EventColumn = FieldColumn | RawColumn;

const column = (name: string, kind: FieldColumn['kind'], field: string, isRequired = false): FieldColumn => ({
  name,
  kind,
  field,
  isRequired,
});
const REQUIRED = true;

/**
 * The columns of an event in warehouses, in their order. A further line here is a further column everywhere: handlers add it
 * to the tables that exist. `source_id` and `message_id` together identify an event, because senders choose message ids.
 */
export const EVENT_COLUMNS: readonly EventColumn[] = [
  column('source_id', 'category', 'projectId', REQUIRED),
  column('message_id', 'text', 'messageId', REQUIRED),
  column('type', 'category', 'type', REQUIRED),
  column('event', 'category', 'event'),
  column('name', 'text', 'name'),
  column('user_id', 'text', 'userId'),
  column('anonymous_id', 'text', 'anonymousId'),
  column('group_id', 'text', 'groupId'),
  column('previous_id', 'text', 'previousId'),
  column('timestamp', 'time', 'timestamp', REQUIRED),
  column('sent_at', 'time', 'sentAt'),
  column('received_at', 'time', 'receivedAt', REQUIRED),
  column('context', 'object', 'context'),
  column('properties', 'object', 'properties'),
  column('traits', 'object', 'traits'),
  { name: 'raw', kind: 'raw' },
];

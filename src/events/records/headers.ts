import { type CanonicalEvent } from '../event.js';

/** Version of the records on the topics (DESIGN 5.3): a breaking change of a value or a header is a new major and a new topic. */
export const SCHEMA_VERSION = '1.0';

/** A record of a topic of the contract. It fits the records that the event log appends. */
export interface TopicRecord {
  readonly topic: string;
  /** Records with the same key keep their order. */
  readonly key: string;
  /** JSON. */
  readonly value: string;
  readonly headers: RecordHeaders;
}

/** Names and texts of a record's headers. No record holds a write key. */
export type RecordHeaders = Readonly<Record<string, string>>;

/** Headers of an event that only some records have. */
export interface OptionalHeaders {
  /** Trace that the call belonged to (W3C Trace Context). */
  readonly traceparent?: string | undefined;
  /** Id of the replay that delivers the event. */
  readonly replay?: string | undefined;
}

/** The headers of every record with an event: on the events and dead letters topics, and in a tenant's own Kafka. */
export function eventHeaders(
  { projectId, type, messageId, receivedAt }: CanonicalEvent,
  workspace: string,
  optional: OptionalHeaders = {},
): RecordHeaders {
  return {
    ...sourceHeaders(workspace, projectId),
    type,
    messageId,
    receivedAt,
    ...optionalHeaders(optional),
  };
}

/** The headers of every record, with or without an event. */
export function sourceHeaders(workspace: string, source: string): RecordHeaders {
  return { 'tributary-schema': SCHEMA_VERSION, workspace, source };
}

/** The optional headers that have a value, without the others. */
export function optionalHeaders({ traceparent, replay }: OptionalHeaders): RecordHeaders {
  return { ...(traceparent !== undefined && { traceparent }), ...(replay !== undefined && { replay }) };
}

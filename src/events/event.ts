/** The six kinds of event, spelled as both vendors spell them (WIRE 1.1). */
export const EVENT_TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** A JSON object whose fields belong to the sender. */
export type JsonObject = Record<string, unknown>;

/** Whether a JSON value is an object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * One event after normalisation: the value of the events topic and the body that destinations receive (WIRE 3.1).
 * Times are ISO 8601 in UTC with milliseconds. Fields the protocol does not define pass through as they came.
 */
export interface CanonicalEvent extends JsonObject {
  type: EventType;
  /** At most 100 characters; the client's, or a UUID made here. */
  messageId: string;
  userId?: string;
  anonymousId?: string;
  event?: string;
  name?: string;
  category?: string;
  groupId?: string;
  previousId?: string;
  properties?: JsonObject;
  traits?: JsonObject;
  context: JsonObject;
  integrations: JsonObject;
  originalTimestamp: string;
  sentAt: string;
  receivedAt: string;
  timestamp: string;
  /** Id of the source that sent it. */
  projectId: string;
  version: 2;
}

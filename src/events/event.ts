/** The six types of event, spelled as in the APIs of Segment and RudderStack (WIRE 1.1). */
export const EVENT_TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** A JSON object with fields that the sender defines. */
export type JsonObject = Record<string, unknown>;

/** Whether a JSON value is an object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * One event after normalization: the value on the events topic and the body that destinations get (WIRE 3.1). Times are
 * ISO 8601 in UTC with milliseconds. Fields that the protocol does not define keep their values.
 */
export interface CanonicalEvent extends JsonObject {
  type: EventType;
  /** At most 100 characters: from the sender, or a UUID that the collector generates. */
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

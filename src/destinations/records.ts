import { type LogRecord } from '../event-log/appender.js';
import { type NormalizedCall, type Rejection } from '../events/call.js';
import { type CanonicalEvent } from '../events/event.js';
import { stringifyJson } from '../events/exact-json.js';

/** Version of the records on the topics; a breaking change of value or headers is a new major and a new topic. */
export const SCHEMA_VERSION = '1.0';
/** Most characters of a rejected message that its record keeps. */
const MAX_ORIGINAL = 65_536;

/** An event as downstream sees it: the events of one user of one source keep their order (DESIGN 5.3). */
export function eventRecord(topic: string, event: CanonicalEvent, call: NormalizedCall): LogRecord {
  const { source } = call;
  return {
    topic,
    key: `${source.workspaceId}:${source.id}:${event.userId ?? event.anonymousId ?? ''}`,
    value: stringifyJson(event),
    headers: {
      'tributary-schema': SCHEMA_VERSION,
      workspace: source.workspaceId,
      source: source.id,
      type: event.type,
      messageId: event.messageId,
      receivedAt: event.receivedAt,
      ...traceOf(call),
    },
  };
}

/** A rejected message with the reason, as it was sent but for its length. */
export function rejectedRecord(topic: string, rejection: Rejection, call: NormalizedCall): LogRecord {
  const { code, pointer, index, original } = rejection;
  const { source } = call;
  const receivedAt = call.receivedAt.toISOString();
  const cut = original.length > MAX_ORIGINAL;
  const text = cut ? original.slice(0, MAX_ORIGINAL) : original;
  return {
    topic,
    key: source.id,
    value: JSON.stringify({ code, pointer, index, receivedAt, original: text, cut }),
    headers: {
      'tributary-schema': SCHEMA_VERSION,
      workspace: source.workspaceId,
      source: source.id,
      code,
      receivedAt,
      ...traceOf(call),
    },
  };
}

const traceOf = ({ traceparent }: NormalizedCall): { traceparent?: string } =>
  traceparent === undefined ? {} : { traceparent };

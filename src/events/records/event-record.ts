import { type NormalizedCall } from '../call.js';
import { type CanonicalEvent } from '../event.js';
import { stringifyJson } from '../exact-json.js';
import { eventHeaders, type TopicRecord } from './headers.js';

/** An accepted event on the events topic (DESIGN 5.3). The key keeps the events of one user of one source in order. */
export function eventRecord(
  topic: string,
  event: CanonicalEvent,
  { source: { id, workspaceId }, traceparent }: Pick<NormalizedCall, 'source' | 'traceparent'>,
): TopicRecord {
  return {
    topic,
    key: `${workspaceId}:${id}:${event.userId ?? event.anonymousId ?? ''}`,
    value: stringifyJson(event),
    headers: eventHeaders(event, workspaceId, { traceparent }),
  };
}

import { type CanonicalEvent } from '../event.js';
import { eventHeaders, type RecordHeaders, type TopicRecord } from './headers.js';

/** A delivery that failed for good. */
export interface DeadLetterContent {
  readonly event: CanonicalEvent;
  /** The event as the events topic holds it, byte for byte. */
  readonly json: string;
  /** Headers of the event's own record that stay with it: its trace, and the mark of a replay. */
  readonly headers?: RecordHeaders | undefined;
  readonly destination: { readonly id: string; readonly workspaceId: string };
  /** Code of the last failure. */
  readonly reason: string;
  readonly attempts: number;
  /** Status of the receiver's last response; absent where it had none. */
  readonly lastStatus?: number | undefined;
  /** What the receiver answered, cut and masked; absent where it said nothing. */
  readonly answer?: string | undefined;
  /** ISO 8601. */
  readonly deadAt: string;
}

/** A dead letter on the dead letters topic (DESIGN 5.3): the event unchanged, and why its delivery ended. */
export function deadLetterRecord(topic: string, content: DeadLetterContent): TopicRecord {
  const { event, json, headers, destination, reason, attempts, lastStatus = null, answer, deadAt } = content;
  const facts = {
    destination: destination.id,
    reason,
    attempts,
    lastStatus,
    ...(answer !== undefined && { answer }),
    deadAt,
  };
  return {
    topic,
    key: destination.id,
    // The event's own text, not a new one: integers beyond 2^53 and the order of fields stay.
    value: `{"event":${json},${JSON.stringify(facts).slice(1)}`,
    headers: { ...headers, ...eventHeaders(event, destination.workspaceId), destination: destination.id },
  };
}

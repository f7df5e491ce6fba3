import { type StoredRecord } from '../../../event-log/reader.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';

/** Headers of an event's record that are kept with every delivery of it: `traceparent` and `replay`. */
export type TravellingHeaders = Readonly<Record<string, string>>;

/** One event for one destination, with what the framework must know about it. */
export interface Delivery {
  /** Identifies the delivery: topic, partition and offset of the event, or what a replay or redelivery puts there. */
  readonly origin: string;
  /** What the handler receives; its `attempt` is the one being made. */
  readonly item: DeliveryItem;
  /** Absent before the first failure. */
  readonly firstFailedAt?: Date;
  /** Absent where there are none. */
  readonly headers?: TravellingHeaders;
  /** Id of the replay that counts its outcome. A redelivered dead letter has none, although its item is marked as a replay. */
  readonly replayId?: string;
}

export function recordOriginOf({ topic, partition, offset }: StoredRecord): string {
  return `${topic}/${partition}/${offset.toString()}`;
}

const TRAVELLING = ['traceparent', 'replay'];
/** Other producers may write longer or non-ASCII headers to the topic; those are dropped. */
const PLAIN = /^[\x20-\x7e]{1,200}$/;

/** Picks the trace that the event belongs to, and the mark of a replay. */
export function travellingOf(headers: Readonly<Record<string, string>>): TravellingHeaders {
  return Object.fromEntries(
    TRAVELLING.flatMap((name) => {
      const value = headers[name];
      return value !== undefined && PLAIN.test(value) ? [[name, value]] : [];
    }),
  );
}

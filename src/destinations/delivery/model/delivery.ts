import { type StoredRecord } from '../../../event-log/reader.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';

/** Headers of an event's record, as far as they stay with the event wherever it goes. */
export type TravellingHeaders = Readonly<Record<string, string>>;

/** One event on its way to one destination, with what the framework must know about it. */
export interface Delivery {
  /** Topic, partition and offset of the event: the same delivery when it comes twice. */
  readonly origin: string;
  /** What the handler sees; its `attempt` is the one being made. */
  readonly item: DeliveryItem;
  /** Absent before the first failure. */
  readonly firstFailedAt?: Date;
  /** Absent where there are none. */
  readonly headers?: TravellingHeaders;
}

export function recordOriginOf({ topic, partition, offset }: StoredRecord): string {
  return `${topic}/${partition}/${offset.toString()}`;
}

const TRAVELLING = ['traceparent', 'replay'];
/** Neither is longer, or anything but ASCII, unless somebody else wrote it; then it stays behind. */
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

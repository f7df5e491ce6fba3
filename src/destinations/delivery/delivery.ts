import { type StoredRecord } from '../../event-log/event-log.js';
import { type DeliveryItem } from '../handler.js';

/** One event on its way to one destination, with what the framework must know about it. */
export interface Delivery {
  /** Topic, partition and offset of the event: the same delivery when it comes twice. */
  readonly origin: string;
  /** What the handler sees; its `attempt` is the one being made. */
  readonly item: DeliveryItem;
  /** Absent before the first failure. */
  readonly firstFailedAt?: Date;
}

export function originOf({ topic, partition, offset }: StoredRecord): string {
  return `${topic}/${partition}/${offset.toString()}`;
}

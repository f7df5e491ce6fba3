import { type EventTest } from '../../filter/connection-filter.js';
import { type Handler, type HandlerLimits } from '../../contract/handler.js';

/** A configured target of events, ready to be delivered to: its settings have passed their class. */
export interface PreparedDestination {
  readonly id: string;
  readonly workspaceId: string;
  readonly handler: Handler;
  readonly settings: object;
  readonly limits: HandlerLimits;
  /** Waits before the second, third, … attempt of a delivery; null for the schedule of the instance. */
  readonly retryDelaysSeconds: readonly number[] | null;
  /** The connected sources by their ids, and which of their events pass. */
  readonly sources: ReadonlyMap<string, EventTest>;
  /** Grows with each change by an administrator: tells which settings an attempt was made with. */
  readonly version: number;
  /** `paused` keeps its backlog in the log; events of a `disabled` one are skipped and counted. */
  readonly state: 'active' | 'paused' | 'disabled';
}

/** The consumer group of a destination: its lag is the destination's backlog (DESIGN 5.4). */
export function groupOf(destinationId: string): string {
  return `tributary.destination.${destinationId}`;
}

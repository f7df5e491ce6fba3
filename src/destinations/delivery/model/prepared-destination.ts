import { type EventTest } from '../../filter/connection-filter.js';
import { type Handler, type HandlerLimits } from '../../contract/handler.js';

/** A destination that is ready for deliveries: its settings have passed validation. */
export interface PreparedDestination {
  readonly id: string;
  readonly workspaceId: string;
  readonly handler: Handler;
  readonly settings: object;
  readonly limits: HandlerLimits;
  /** Delays before the second, third, … attempt of a delivery; null for the schedule of the instance. */
  readonly retryDelaysSeconds: readonly number[] | null;
  /** The ids of the connected sources, each with the test that its events must pass. */
  readonly sources: ReadonlyMap<string, EventTest>;
  /** Grows with each change by an administrator: identifies the settings of an attempt. */
  readonly version: number;
  /** `paused` keeps its backlog in the log; the events of a `disabled` one are filtered and counted. */
  readonly state: 'active' | 'paused' | 'disabled';
}

/** The consumer group of a destination: its lag is the destination's backlog (DESIGN 5.4). */
export function groupOf(destinationId: string): string {
  return `tributary.destination.${destinationId}`;
}

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

/** Whose events a batch holds: what is known of a destination even where its settings cannot be used. */
export type BacklogOwner = Pick<PreparedDestination, 'id' | 'workspaceId' | 'sources'> & {
  readonly handler: Pick<Handler, 'type' | 'title'>;
};

const GROUP_PREFIX = 'tributary.destination.';

/** The consumer group of a destination: its lag is the destination's backlog (DESIGN 5.4). */
export function groupOf(destinationId: string): string {
  return `${GROUP_PREFIX}${destinationId}`;
}

/** The destination of a consumer group; undefined for a group of another kind. */
export function destinationOfGroup(group: string): string | undefined {
  return group.startsWith(GROUP_PREFIX) ? group.slice(GROUP_PREFIX.length) : undefined;
}

import { type EventType } from '../../../events/event.js';
import { type PreparedDestination } from '../../delivery/model/prepared-destination.js';
import { compileFilter } from '../../filter/connection-filter.js';

/** Which stored events a replay selects; all given criteria must hold. */
export interface ReplayCriteria {
  readonly sourceIds?: readonly string[];
  /** Start of the time range, and its exclusive end, as ISO texts. */
  readonly from: string;
  readonly to: string;
  /** As in the filter of a connection. */
  readonly types?: readonly EventType[];
  readonly events?: readonly string[];
  /** The destination's dead letters instead of the event log. */
  readonly onlyFailed: boolean;
}

/** The destination with connections that let pass only events that also match the criteria. */
export function narrowed<D extends Pick<PreparedDestination, 'sources'>>(
  destination: D,
  criteria: ReplayCriteria,
): D {
  const { sourceIds, types, events } = criteria;
  const matches = compileFilter({ ...(types && { types }), ...(events && { events }) });
  const sources = [...destination.sources].filter(([id]) => sourceIds?.includes(id) ?? true);
  const tests = sources.map(
    ([id, passes]) => [id, (event: Parameters<typeof passes>[0]) => passes(event) && matches(event)] as const,
  );
  return { ...destination, sources: new Map(tests) };
}

import { type EventType } from '../../../events/event.js';
import { type PreparedDestination } from '../../delivery/model/prepared-destination.js';
import { compileFilter } from '../../filter/connection-filter.js';

/** What of the past a replay is about; each part that is given must hold. */
export interface ReplayCriteria {
  readonly sourceIds?: readonly string[];
  /** First moment, and the one before which it ends, as ISO texts. */
  readonly from: string;
  readonly to: string;
  /** As in the filter of a connection. */
  readonly types?: readonly EventType[];
  readonly events?: readonly string[];
  /** The destination's dead letters instead of the event log. */
  readonly onlyFailed: boolean;
}

/** The destination as if its connections let pass no more than the criteria do. */
export function narrowed<D extends Pick<PreparedDestination, 'sources'>>(
  destination: D,
  criteria: ReplayCriteria,
): D {
  const { sourceIds, types, events } = criteria;
  const isWanted = compileFilter({ ...(types && { types }), ...(events && { events }) });
  const sources = [...destination.sources].filter(([id]) => sourceIds?.includes(id) ?? true);
  const tests = sources.map(
    ([id, passes]) =>
      [id, (event: Parameters<typeof passes>[0]) => passes(event) && isWanted(event)] as const,
  );
  return { ...destination, sources: new Map(tests) };
}

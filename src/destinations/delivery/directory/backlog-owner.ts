import { compileFilter, type EventTest, FilterUnreadable } from '../../filter/connection-filter.js';
import { handlerOf } from '../../settings/destination-types.js';
import { type BacklogOwner } from '../model/prepared-destination.js';
import { type DestinationRow } from './destination-rows.js';

/** Whose events an unusable destination holds. Where its type or a filter cannot be read, more events count as its own. */
export function backlogOwnerOf({ id, workspaceId, type, connections }: DestinationRow): BacklogOwner {
  const sources = Object.entries(connections).map(([source, filter]) => [source, testOrAll(filter)] as const);
  return { id, workspaceId, handler: handlerOf(type) ?? { type, title: type }, sources: new Map(sources) };
}

function testOrAll(filter: unknown): EventTest {
  try {
    return compileFilter(filter);
  } catch (error) {
    if (error instanceof FilterUnreadable) return () => true;
    throw error;
  }
}

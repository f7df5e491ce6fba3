import { type EventType } from '../../events/event.js';
import { type Step } from '../draft/step.js';

/** Not for a sender to say, or not to be kept (WIRE 3.1). */
const STRIPPED = ['writeKey', 'rudderId', 'request_ip', '__proto__'];

const FREE_FIELD: Record<EventType, 'properties' | 'traits' | undefined> = {
  identify: 'traits',
  track: 'properties',
  page: 'properties',
  screen: 'properties',
  group: 'traits',
  alias: undefined,
};

/** Takes away what a sender must not say and writes what only the server knows. */
export const stampEvent: Step = (draft, { call }) => {
  for (const field of STRIPPED) if (Object.hasOwn(draft, field)) Reflect.deleteProperty(draft, field);
  const free = FREE_FIELD[draft.type as EventType];
  if (free) draft[free] ??= {};
  draft.projectId = call.source.id;
  draft.version = 2;
  return undefined;
};

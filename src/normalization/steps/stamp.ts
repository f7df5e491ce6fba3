import { type EventType } from '../../events/event.js';
import { type Step } from '../draft/step.js';

/** Fields that a sender may not set, or that are not stored (WIRE 3.1). */
const STRIPPED = ['writeKey', 'rudderId', 'request_ip', '__proto__'];

const FREE_FIELD: Record<EventType, 'properties' | 'traits' | undefined> = {
  identify: 'traits',
  track: 'properties',
  page: 'properties',
  screen: 'properties',
  group: 'traits',
  alias: undefined,
};

/** Removes fields that a sender may not set, and sets those that only the server knows. */
export const stampEvent: Step = (draft, { call }) => {
  for (const field of STRIPPED) if (Object.hasOwn(draft, field)) Reflect.deleteProperty(draft, field);
  const free = FREE_FIELD[draft.type as EventType];
  if (free) draft[free] ??= {};
  draft.projectId = call.source.id;
  draft.version = 2;
  return undefined;
};

import { EVENT_TYPES } from '../../events/event.js';
import { type Step } from '../draft/step.js';

const KNOWN: ReadonlySet<unknown> = new Set(EVENT_TYPES);

/** A single call has the type of its route; a message of a batch must name one of the six types exactly (WIRE 3.1). */
export const assignType: Step = (draft, { call }) => {
  if (call.type) draft.type = call.type;
  return KNOWN.has(draft.type) ? undefined : { code: 'invalid_type', pointer: '/type' };
};

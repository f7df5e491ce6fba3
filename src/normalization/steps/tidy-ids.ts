import { visible } from '../draft/invisible.js';
import { type Step } from '../draft/step.js';

const IDS = ['userId', 'anonymousId', 'groupId', 'previousId'];

/**
 * Numbers become strings, because Ruby sends them, and keep all their digits; an id that nobody can see is no id (WIRE 3.2,
 * 6.4.9). What else is no string, and a number too large to be one, stays for the check to reject.
 */
export const tidyIds: Step = (draft) => {
  for (const field of IDS) {
    const id = draft[field];
    if (typeof id === 'bigint' || Number.isFinite(id)) draft[field] = String(id);
    else if (typeof id === 'string' && visible(id) === '') Reflect.deleteProperty(draft, field);
  }
  return undefined;
};

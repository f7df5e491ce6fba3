import { visible } from '../invisible.js';
import { type Step } from '../step.js';

const IDS = ['userId', 'anonymousId', 'groupId', 'previousId'];

/**
 * Numbers become strings, because Ruby sends them; an id that nobody can see is no id (WIRE 3.2). What else is no string
 * stays for the check to reject.
 */
export const tidyIds: Step = (draft) => {
  for (const field of IDS) {
    const id = draft[field];
    if (typeof id === 'number') draft[field] = String(id);
    else if (typeof id === 'string' && visible(id) === '') Reflect.deleteProperty(draft, field);
  }
  return undefined;
};

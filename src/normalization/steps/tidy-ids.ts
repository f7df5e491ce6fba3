import { visible } from '../draft/invisible.js';
import { type Step } from '../draft/step.js';

const IDS = ['userId', 'anonymousId', 'groupId', 'previousId'];

/**
 * Turns numeric ids, which Ruby's SDK sends, into strings with all their digits, and removes ids without a visible character
 * (WIRE 3.2, 6.4.9). Other values that are not strings, and infinite numbers, are left for the check to reject.
 */
export const tidyIds: Step = (draft) => {
  for (const field of IDS) {
    const id = draft[field];
    if (typeof id === 'bigint' || Number.isFinite(id)) draft[field] = String(id);
    else if (typeof id === 'string' && visible(id) === '') Reflect.deleteProperty(draft, field);
  }
  return undefined;
};

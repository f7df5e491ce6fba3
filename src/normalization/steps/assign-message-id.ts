import { randomUUID } from 'node:crypto';
import { visible } from '../draft/invisible.js';
import { type Step } from '../draft/step.js';

/** Keeps what can be seen of the client's id; where there is none, or it is no string, one is made (WIRE 3.1). */
export const assignMessageId: Step = (draft) => {
  const given = typeof draft.messageId === 'string' ? visible(draft.messageId) : '';
  draft.messageId = given === '' ? randomUUID() : given;
  return undefined;
};

import { randomUUID } from 'node:crypto';
import { visible } from '../draft/invisible.js';
import { type Step } from '../draft/step.js';

/** Keeps the visible characters of the client's id. Without any, or for a value that is not a string, generates one (WIRE 3.1). */
export const assignMessageId: Step = (draft) => {
  const given = typeof draft.messageId === 'string' ? visible(draft.messageId) : '';
  draft.messageId = given === '' ? randomUUID() : given;
  return undefined;
};

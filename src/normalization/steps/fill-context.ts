import { isJsonObject } from '../../events/event.js';
import { deepMerge } from '../draft/json.js';
import { type Step } from '../draft/step.js';

/**
 * The envelope's context holds for every message, and the message's own word wins (WIRE 1.5). The caller's address is the
 * user's only when the call comes from the user's device; one that was sent, even a null, is left alone (WIRE 3.4).
 */
export const fillContext: Step = (draft, { call, envelope }) => {
  const own = isJsonObject(draft.context) ? draft.context : {};
  const context = deepMerge(envelope.context ?? {}, own);
  const fromDevice = call.transport !== 'server' || context.direct === true;
  if (fromDevice && call.ip !== undefined && !Object.hasOwn(context, 'ip')) context.ip = call.ip;
  if (call.userAgent !== undefined && !Object.hasOwn(context, 'userAgent')) {
    context.userAgent = call.userAgent;
  }
  draft.context = context;
  return undefined;
};

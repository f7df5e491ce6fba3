import { isJsonObject } from '../../events/event.js';
import { deepMerge } from '../draft/json.js';
import { type Step } from '../draft/step.js';

/**
 * Merges the envelope's context into the message's own, which wins (WIRE 1.5). The caller's address becomes `ip` only for a
 * call from the user's device, and never replaces a sent `ip`, not even a null (WIRE 3.4).
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

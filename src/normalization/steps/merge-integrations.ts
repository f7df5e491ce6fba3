import { isJsonObject } from '../../events/event.js';
import { deepMerge } from '../draft/json.js';
import { type Step } from '../draft/step.js';

/** Merged like the context. A value that is not an object counts as absent, which means every destination (WIRE 3.5). */
export const mergeIntegrations: Step = (draft, { envelope }) => {
  const own = isJsonObject(draft.integrations) ? draft.integrations : {};
  draft.integrations = deepMerge(envelope.integrations ?? {}, own);
  return undefined;
};

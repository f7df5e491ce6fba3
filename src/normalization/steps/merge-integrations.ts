import { isJsonObject } from '../../events/event.js';
import { deepMerge } from '../draft/json.js';
import { type Step } from '../draft/step.js';

/** Like the context; what is no object counts as absent, which means every destination (WIRE 3.5). */
export const mergeIntegrations: Step = (draft, { envelope }) => {
  const own = isJsonObject(draft.integrations) ? draft.integrations : {};
  draft.integrations = deepMerge(envelope.integrations ?? {}, own);
  return undefined;
};

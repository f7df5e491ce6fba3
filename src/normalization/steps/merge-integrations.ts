import { deepMerge, isObject } from '../json.js';
import { type Step } from '../step.js';

/** Like the context; what is no object counts as absent, which means every destination (WIRE 3.5). */
export const mergeIntegrations: Step = (draft, { envelope }) => {
  const own = isObject(draft.integrations) ? draft.integrations : {};
  draft.integrations = deepMerge(envelope.integrations ?? {}, own);
  return undefined;
};

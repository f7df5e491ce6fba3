import { type Step } from './draft/step.js';
import { assignMessageId } from './steps/assign-message-id.js';
import { assignType } from './steps/assign-type.js';
import { checkConsent } from './steps/check-consent.js';
import { checkFields } from './steps/check-fields.js';
import { checkNesting } from './steps/check-nesting.js';
import { checkSize } from './steps/check-size.js';
import { correctTimestamps } from './steps/correct-timestamps.js';
import { dropNulls } from './steps/drop-nulls.js';
import { fillContext } from './steps/fill-context.js';
import { mergeIntegrations } from './steps/merge-integrations.js';
import { stampEvent } from './steps/stamp.js';
import { tidyIds } from './steps/tidy-ids.js';

/**
 * The steps from message to event, in order: checks that protect the process, checks that may reject, completion. Consent is
 * part of the context, which may come from the envelope, so it is checked after the context is complete.
 */
export const steps: readonly Step[] = [
  checkNesting,
  checkSize,
  assignType,
  dropNulls,
  tidyIds,
  assignMessageId,
  checkFields,
  correctTimestamps,
  fillContext,
  checkConsent,
  mergeIntegrations,
  stampEvent,
];

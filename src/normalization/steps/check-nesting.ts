import { isDeeperThan } from '../draft/json.js';
import { MAX_DEPTH } from '../draft/limits.js';
import { type Step } from '../draft/step.js';

/** A deeper message could exhaust the stack when it is written as JSON, here or by a consumer (WIRE 3.7). */
export const checkNesting: Step = (draft) =>
  isDeeperThan(draft, MAX_DEPTH) ? { code: 'nesting_too_deep', pointer: '' } : undefined;

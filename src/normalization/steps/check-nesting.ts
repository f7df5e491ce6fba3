import { isDeeperThan } from '../draft/json.js';
import { MAX_DEPTH } from '../draft/limits.js';
import { type Step } from '../draft/step.js';

/** Deeper than this, writing the event out could exhaust the stack, here or behind us (WIRE 3.7). */
export const checkNesting: Step = (draft) =>
  isDeeperThan(draft, MAX_DEPTH) ? { code: 'nesting_too_deep', pointer: '' } : undefined;

import { stringifyJson } from '../../events/exact-json.js';
import { type Step } from '../draft/step.js';

/**
 * Limits a message of a batch to the size of a single call (WIRE 1.4), and what it inherits from the envelope, so that a small
 * call cannot produce large events. A body below the limit is not measured.
 */
export const checkSize: Step = (draft, { call, envelope, limits }) => {
  if (call.received.bytes <= limits.eventBytes) return undefined;
  const bytes = Buffer.byteLength(stringifyJson(draft));
  const tooLarge = bytes > limits.eventBytes || bytes + envelope.inheritedBytes > 2 * limits.eventBytes;
  return tooLarge ? { code: 'event_too_large', pointer: '' } : undefined;
};

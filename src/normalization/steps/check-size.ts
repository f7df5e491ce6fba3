import { stringifyJson } from '../../events/exact-json.js';
import { type Step } from '../draft/step.js';

/**
 * A message may not be larger than a single call (WIRE 1.4), nor inherit so much from its envelope that one small call
 * makes a mountain of events. Nothing is measured where the whole body is small enough.
 */
export const checkSize: Step = (draft, { call, envelope, limits }) => {
  if (call.received.bytes <= limits.eventBytes) return undefined;
  const bytes = Buffer.byteLength(stringifyJson(draft));
  const tooLarge = bytes > limits.eventBytes || bytes + envelope.inheritedBytes > 2 * limits.eventBytes;
  return tooLarge ? { code: 'event_too_large', pointer: '' } : undefined;
};

import { type NormalizedCall } from '../../events/call.js';
import { type SuccessResponse } from './answers.dto.js';
import { detailsOf } from './details.js';

/** The whole answer to an accepted call: SDKs compare it, so it is neither more nor less (WIRE 0.2 item 1). */
const ACCEPTED: SuccessResponse = { success: true };

/** What the sender of a stored call is answered; each message is spoken of only where that was asked for. */
export function answerTo({ accepted, rejected, detailed }: NormalizedCall): SuccessResponse {
  if (detailed !== true) return ACCEPTED;
  return { success: true, accepted: accepted.length, rejected: detailsOf(rejected) };
}

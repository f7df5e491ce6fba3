import { SuccessResponse } from './answers.dto.js';

/** The whole answer to an accepted call: SDKs compare it, so it is neither more nor less (WIRE 0.2 item 1). */
export const ACCEPTED: SuccessResponse = new SuccessResponse();

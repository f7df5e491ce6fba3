import { type RejectedMessage, type RejectionCode } from '../../events/call-error.js';
import { REASONS } from '../../normalization/draft/reasons.js';
import { type RejectedDto } from './answers.dto.js';

/** Position and reason of each rejected message, for the answer; never its content. */
export const detailsOf = (rejected: readonly RejectedMessage[]): RejectedDto[] =>
  rejected.map(({ index, code, pointer }) => ({
    index,
    code,
    pointer,
    // Messages, unlike calls, are rejected for these reasons only.
    message: REASONS[code as RejectionCode],
  }));

import { type RejectedMessage, type RejectionCode } from '../../events/call-error.js';
import { REASONS } from '../../normalization/draft/reasons.js';
import { type RejectedDto } from './answers.dto.js';

/** What a sender is told of the messages that were rejected: where and why, and not what it sent. */
export const detailsOf = (rejected: readonly RejectedMessage[]): RejectedDto[] =>
  rejected.map(({ index, code, pointer }) => ({
    index,
    code,
    pointer,
    // Messages, unlike calls, are rejected for these reasons only.
    message: REASONS[code as RejectionCode],
  }));

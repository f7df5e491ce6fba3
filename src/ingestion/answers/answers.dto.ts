import { type CallErrorCode } from '../../events/call-error.js';

/** Why one message of a call was rejected. */
export class RejectedDto {
  /**
   * Position in the batch; 0 for a single call.
   * @example 3
   */
  index!: number;

  /**
   * Reason, as a code for programs.
   * @example 'event_not_defined'
   */
  code!: string;

  /**
   * JSON pointer to the faulty field of the message.
   * @example '/event'
   */
  pointer!: string;

  /**
   * Reason, as a text for people.
   * @example 'A track call needs an event'
   */
  message!: string;
}

/** The call is stored durably. */
export class SuccessResponse {
  /** Always true. */
  success!: boolean;

  /** With `Prefer: return=representation`: how many messages are stored. Duplicates of stored messages count too. */
  accepted?: number;

  /** With `Prefer: return=representation`: the rejected messages. */
  rejected?: RejectedDto[];
}

/** The call is not stored. */
export class ErrorResponse {
  /** Always false. */
  success!: boolean;

  /**
   * Reason, as a text for people.
   * @example 'A message needs a userId or an anonymousId'
   */
  message!: string;

  /**
   * Reason, as a code for programs.
   * @example 'no_user_anon_id'
   */
  code!: CallErrorCode;

  /** With `Prefer: return=representation`: the messages for which the call was refused. */
  rejected?: RejectedDto[];
}

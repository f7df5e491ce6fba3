import { type CallErrorCode } from '../../events/call-error.js';

/** Why one message of a call was rejected. */
export class RejectedDto {
  /**
   * Position in the batch; 0 for a single call.
   * @example 3
   */
  index!: number;

  /**
   * What is wrong, for programs.
   * @example 'event_not_defined'
   */
  code!: string;

  /**
   * JSON pointer to the faulty field, within the message.
   * @example '/event'
   */
  pointer!: string;

  /**
   * What is wrong, for people.
   * @example 'A track call needs an event'
   */
  message!: string;
}

/** The call is durably stored. */
export class SuccessResponse {
  /** Always true. */
  success!: boolean;

  /** With `Prefer: return=representation`, how many messages are stored, now or when they came before. */
  accepted?: number;

  /** With `Prefer: return=representation`, the messages that are not. */
  rejected?: RejectedDto[];
}

/** The call is not stored. */
export class ErrorResponse {
  /** Always false. */
  success!: boolean;

  /**
   * What went wrong, for people.
   * @example 'A message needs a userId or an anonymousId'
   */
  message!: string;

  /**
   * What went wrong, for programs.
   * @example 'no_user_anon_id'
   */
  code!: CallErrorCode;

  /** With `Prefer: return=representation`, the messages for which the call is refused. */
  rejected?: RejectedDto[];
}

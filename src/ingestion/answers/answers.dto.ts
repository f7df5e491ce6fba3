import { type CallErrorCode } from '../../events/call-error.js';

/** The call is durably stored. */
export class SuccessResponse {
  /** Always true. */
  readonly success: boolean = true;
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
}

/** Why a whole call is refused; these codes are in its answer (WIRE 1.6, 1.7). */
export type CallErrorCode =
  | 'invalid_json'
  | 'invalid_encoding'
  | 'payload_too_large'
  | 'too_many_events'
  | 'empty_batch'
  | 'empty_batch_result'
  | 'invalid_write_key'
  | 'source_disabled'
  | 'scope_not_allowed'
  | 'origin_not_allowed'
  | 'address_not_allowed'
  | 'not_found'
  | 'method_not_allowed'
  | 'rate_limited'
  | 'unavailable'
  | 'internal_error'
  | RejectionCode;

/** Why one message is rejected (WIRE 1.7). */
export type RejectionCode =
  | 'bad_request'
  | 'invalid_type'
  | 'no_user_anon_id'
  | 'id_not_string'
  | 'id_too_long'
  | 'user_id_required'
  | 'group_id_required'
  | 'previous_id_required'
  | 'event_not_defined'
  | 'event_not_string'
  | 'properties_not_object'
  | 'traits_not_object'
  | 'name_not_string'
  | 'category_not_string'
  | 'message_id_too_long'
  | 'event_too_large'
  | 'nesting_too_deep'
  | 'consent_categorypreferences_should_exist'
  | 'consent_categorypreferences_fields_should_be_object'
  | 'consent_categorypreferences_fields_should_be_bool'
  | 'device_advertisingid_should_be_string'
  | 'consent_version_should_be_number';

/** Which message of a call was rejected, and why. */
export interface RejectedMessage {
  /** Position in the batch; 0 for a single call. */
  readonly index: number;
  readonly code: CallErrorCode;
  /** JSON pointer (RFC 6901) to the faulty field, within the message. */
  readonly pointer: string;
}

/** A call that gets an error as its answer. Only the edge maps codes to HTTP statuses. */
export class CallError extends Error {
  constructor(
    readonly code: CallErrorCode,
    message: string,
    /** The messages that caused the refusal; empty for a call that could not be read. */
    readonly rejected: readonly RejectedMessage[] = [],
  ) {
    super(message);
    this.name = 'CallError';
  }
}

/** A call beyond the rate limits of its write key; a later try can succeed. */
export class RateLimited extends CallError {
  constructor(
    message: string,
    /** Seconds until a try can succeed, at least 1. */
    readonly resetSeconds: number,
  ) {
    super('rate_limited', message);
    this.name = 'RateLimited';
  }
}

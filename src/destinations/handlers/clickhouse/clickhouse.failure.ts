import { DeliveryError, missingColumn } from '../../contract/delivery-error.js';
import { type FailureResult } from '../../contract/delivery-item.js';
import { networkReason } from '../../contract/network-reason.js';

/** Response of the server, or of a proxy in front of it, to a statement that failed. */
export class ClickHouseRefusal extends Error {
  override readonly name = 'ClickHouseRefusal';

  /** `code` is ClickHouse's, undefined when a proxy responded. `afterMs` is the requested wait until a retry, in ms. */
  constructor(
    readonly status: number,
    readonly code: number | undefined,
    readonly afterMs?: number | undefined,
  ) {
    super('ClickHouse refused a statement');
  }
}

export const NO_SUCH_COLUMN = 16;
export const UNKNOWN_TABLE = 60;

/**
 * Login, database and rights: an administrator must change the settings or the server. The comments are the names in
 * ClickHouse's `ErrorCodes.cpp`.
 */
const AUTH: ReadonlySet<number> = new Set([
  81, // UNKNOWN_DATABASE
  164, // READONLY
  192, // UNKNOWN_USER
  193, // WRONG_PASSWORD
  194, // REQUIRED_PASSWORD
  195, // IP_ADDRESS_NOT_ALLOWED
  291, // DATABASE_ACCESS_DENIED
  452, // SETTING_CONSTRAINT_VIOLATION
  472, // READONLY_SETTING
  497, // ACCESS_DENIED
  516, // AUTHENTICATION_FAILED
  720, // USER_EXPIRED
]);

/** Faults of an event, in tables that an administrator created: their types, constraints and materialized views. */
const DATA: ReadonlySet<number> = new Set([
  6, // CANNOT_PARSE_TEXT
  25, // CANNOT_PARSE_ESCAPE_SEQUENCE
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  131, // TOO_LARGE_STRING_SIZE
  153, // ILLEGAL_DIVISION
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  376, // CANNOT_PARSE_UUID
  395, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO
  407, // DECIMAL_OVERFLOW
  441, // CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING
  467, // CANNOT_PARSE_BOOL
  469, // VIOLATED_CONSTRAINT
  675, // CANNOT_PARSE_IPV4
  676, // CANNOT_PARSE_IPV6
  691, // UNKNOWN_ELEMENT_OF_ENUM
]);

/** ALTER TABLE fails for the kind of table: a view, an engine without columns of its own, a version without support. */
const NOT_ALTERABLE: ReadonlySet<number> = new Set([
  36, // BAD_ARGUMENTS
  44, // ILLEGAL_COLUMN
  48, // NOT_IMPLEMENTED
  344, // SUPPORT_IS_DISABLED
  524, // ALTER_OF_COLUMN_IS_FORBIDDEN
]);

/** Whether a failed ALTER TABLE would fail again: for lack of rights or for the kind of table. */
export const isNotAlterable = (error: unknown): boolean =>
  hasCode(error, AUTH) || hasCode(error, NOT_ALTERABLE);

export const isRefusedWith = (error: unknown, code: number): boolean => hasCode(error, new Set([code]));

const hasCode = (error: unknown, codes: ReadonlySet<number>): boolean =>
  error instanceof ClickHouseRefusal && error.code !== undefined && codes.has(error.code);

/** What an error means for the delivery, by ClickHouse's code or the status of a proxy. Every unknown code is retried. */
export function clickHouseFailure(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof ClickHouseRefusal)
    return error.code === NO_SUCH_COLUMN ? missingColumn() : new DeliveryError(resultOfRefusal(error));
  return new DeliveryError({ kind: 'retry', reason: networkReason(error) });
}

function resultOfRefusal({ status, code, afterMs }: ClickHouseRefusal): FailureResult {
  const kind = code === undefined ? kindOfStatus(status) : kindOfCode(code);
  const reason = code === undefined ? reasonOfStatus(status) : `clickhouse_${code}`;
  if (kind !== 'retry' || afterMs === undefined) return { kind, reason, status };
  return { kind, reason, status, afterMs };
}

const kindOfCode = (code: number) => (AUTH.has(code) ? 'auth' : DATA.has(code) ? 'reject' : 'retry');

/** A proxy sees the size of a batch only: after 413 smaller batches may pass. */
function kindOfStatus(status: number): 'auth' | 'reject' | 'retry' {
  if (status === 401 || status === 403) return 'auth';
  return status === 413 ? 'reject' : 'retry';
}

/** A 2xx response with a body is an error that ClickHouse reported after it had sent the status. */
const reasonOfStatus = (status: number): string =>
  status >= 200 && status < 300 ? 'unexpected_answer' : `http_${status}`;

import { DeliveryError } from '../../contract/delivery-error.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { networkReason } from '../../contract/network-reason.js';

/** What the server, or a proxy in front of it, said instead of doing it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  /** `code` is ClickHouse's own, undefined when ClickHouse did not answer; `afterMs` is what was asked for, in ms. */
  constructor(
    readonly status: number,
    readonly code: number | undefined,
    readonly afterMs?: number | undefined,
  ) {
    super('ClickHouse refused a statement');
  }
}

export const UNKNOWN_TABLE = 60;

/** Login, database and rights: somebody must mend the settings or the server. The names are those of ClickHouse's sources. */
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

/** What a table of somebody's own can say of an event: its types, its constraints, and the views that read from it. */
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

/** What an error means for the delivery; another try may help with all that is neither login nor data. */
export function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof Refusal) return new DeliveryError(resultOfRefusal(error));
  return new DeliveryError({ kind: 'retry', reason: networkReason(error) });
}

function resultOfRefusal({ status, code, afterMs }: Refusal): Exclude<ItemResult, { kind: 'ok' }> {
  const kind = code === undefined ? kindOfStatus(status) : kindOfCode(code);
  const reason = code === undefined ? reasonOfStatus(status) : `clickhouse_${code}`;
  if (kind !== 'retry' || afterMs === undefined) return { kind, reason, status };
  return { kind, reason, status, afterMs };
}

const kindOfCode = (code: number) => (AUTH.has(code) ? 'auth' : DATA.has(code) ? 'reject' : 'retry');

/** A proxy knows nothing of the events but their size; smaller batches may pass where a large one is refused. */
function kindOfStatus(status: number): 'auth' | 'reject' | 'retry' {
  if (status === 401 || status === 403) return 'auth';
  return status === 413 ? 'reject' : 'retry';
}

/** A success with a text in it is none. */
const reasonOfStatus = (status: number): string =>
  status >= 200 && status < 300 ? 'unexpected_answer' : `http_${status}`;

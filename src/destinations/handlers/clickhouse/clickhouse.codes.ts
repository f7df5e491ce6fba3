/**
 * Login, database and rights: an administrator must change the settings or the server. The comments are the names in
 * ClickHouse's `ErrorCodes.cpp`.
 */
export const AUTH_CODES: ReadonlySet<number> = new Set([
  44, // ILLEGAL_COLUMN: the server computes a column that has the name of one of ours
  48, // NOT_IMPLEMENTED: a view or an engine that takes no rows
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
export const DATA_CODES: ReadonlySet<number> = new Set([
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
export const NOT_ALTERABLE_CODES: ReadonlySet<number> = new Set([
  36, // BAD_ARGUMENTS
  44, // ILLEGAL_COLUMN
  48, // NOT_IMPLEMENTED
  344, // SUPPORT_IS_DISABLED
  524, // ALTER_OF_COLUMN_IS_FORBIDDEN
]);

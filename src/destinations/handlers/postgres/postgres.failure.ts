import pg from 'pg';
import { EVENT_COLUMNS } from '../../../events/columns.js';
import { DeliveryError, missingColumn } from '../../contract/delivery-error.js';
import { networkReason } from '../../contract/network-reason.js';

export const UNDEFINED_TABLE = '42P01';
export const UNDEFINED_COLUMN = '42703';
/** ON CONFLICT names columns on which the table has no unique key. */
const NO_UNIQUE_KEY = '42P10';
/** Login, database and rights (28, 3D000, 42501): an administrator must change the settings or the server. */
const AUTH = /^(?:28...|3D000|42501)$/;
/** Data exceptions (22), violated constraints (23) and limits of the server (54) are faults of an event. */
const DATA = /^(?:22|23|54)/;

/** Insufficient privilege, be it on one table or on all of them. */
const FORBIDDEN = '42501';
/** A column of a table that has no value for it, and may not be NULL. */
const NULL_IN_COLUMN = '23502';
/**
 * Faults of the schema or of a table that an administrator made: no retry helps, and every event of the table has them. 55000:
 * a view takes no rows. 42804: a column has another type. 428C9: the server computes a column.
 */
const OF_THE_TABLE: ReadonlyMap<string, string> = new Map([
  ['3F000', 'missing_schema'],
  ['42809', 'not_a_table'],
  ['55000', 'not_a_table'],
  ['42804', 'wrong_column_type'],
  ['428C9', 'generated_column'],
]);

/** What an error means for the delivery, by the SQLSTATE of the server. Every unknown state is retried. */
export function postgresFailure(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const state = sqlStateOf(error);
  if (state === undefined) return new DeliveryError({ kind: 'retry', reason: networkReason(error) });
  if (state === UNDEFINED_COLUMN) return missingColumn();
  // No retry helps, and a key cannot be added here: the table may have rows that violate it.
  if (state === NO_UNIQUE_KEY) return new DeliveryError({ kind: 'auth', reason: 'missing_unique_key' });
  const ofTable = isUnknownColumn(state, error) ? 'unknown_column_not_null' : OF_THE_TABLE.get(state);
  if (ofTable !== undefined) return new DeliveryError({ kind: 'auth', reason: ofTable });
  const kind = AUTH.test(state) ? 'auth' : DATA.test(state) ? 'reject' : 'retry';
  return new DeliveryError({ kind, reason: `sqlstate_${state}` });
}

/** Whether rights on a table are missing, so that other tables may take their events. */
export const isForbidden = (error: unknown): error is DeliveryError =>
  error instanceof DeliveryError && error.result.reason === `sqlstate_${FORBIDDEN}`;

/** A table that an administrator made has a column of its own that needs a value. */
function isUnknownColumn(state: string, error: unknown): boolean {
  if (state !== NULL_IN_COLUMN || !(error instanceof pg.DatabaseError)) return false;
  return error.column !== undefined && !EVENT_COLUMNS.some(({ name }) => name === error.column);
}

/** SQLSTATE of an error that the server has reported; undefined for errors of the connection or the client. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && /^[0-9A-Z]{5}$/.test(error.code ?? '') ? error.code : undefined;
}

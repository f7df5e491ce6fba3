import pg from 'pg';
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

/** What an error means for the delivery, by the SQLSTATE of the server. Every unknown state is retried. */
export function postgresFailure(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const state = sqlStateOf(error);
  if (state === undefined) return new DeliveryError({ kind: 'retry', reason: networkReason(error) });
  if (state === UNDEFINED_COLUMN) return missingColumn();
  // No retry helps, and a key cannot be added here: the table may have rows that violate it.
  if (state === NO_UNIQUE_KEY) return new DeliveryError({ kind: 'auth', reason: 'missing_unique_key' });
  const kind = AUTH.test(state) ? 'auth' : DATA.test(state) ? 'reject' : 'retry';
  return new DeliveryError({ kind, reason: `sqlstate_${state}` });
}

/** SQLSTATE of an error that the server has reported; undefined for errors of the connection or the client. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && /^[0-9A-Z]{5}$/.test(error.code ?? '') ? error.code : undefined;
}

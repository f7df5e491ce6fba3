import pg from 'pg';
import { DeliveryError } from '../../contract/delivery-error.js';
import { networkReason } from '../../contract/network-reason.js';

export const UNDEFINED_TABLE = '42P01';
/** Login, database and rights: somebody must mend the settings or the server. */
const AUTH = /^(?:28...|3D000|42501)$/;
/** Data exceptions, violated constraints, and limits of the server that an event is beyond. */
const DATA = /^(?:22|23|54)/;

/** What the server's SQLSTATE means for the delivery; another try may help with all that is neither login nor data. */
export function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const state = stateOf(error);
  if (state === undefined) return new DeliveryError({ kind: 'retry', reason: networkReason(error) });
  const kind = AUTH.test(state) ? 'auth' : DATA.test(state) ? 'reject' : 'retry';
  return new DeliveryError({ kind, reason: `sqlstate_${state}` });
}

/** The SQLSTATE of an error that the server itself told. */
export function stateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && /^[0-9A-Z]{5}$/.test(error.code ?? '') ? error.code : undefined;
}

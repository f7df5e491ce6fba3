import { DeliveryError, missingColumn } from '../../contract/delivery-error.js';
import { type FailureResult } from '../../contract/delivery-item.js';
import { networkReason } from '../../contract/network-reason.js';
import { AUTH_CODES, DATA_CODES, NOT_ALTERABLE_CODES } from './clickhouse.codes.js';

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
const ACCESS_DENIED = 497;

/** Whether a failed ALTER TABLE would fail again: for lack of rights or for the kind of table. */
export const isNotAlterable = (error: unknown): boolean =>
  hasCode(error, AUTH_CODES) || hasCode(error, NOT_ALTERABLE_CODES);

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
  // Another program may be creating the table.
  if (code === UNKNOWN_TABLE) return { kind: 'auth', reason, status, doubt: 'moment' };
  if (reason === 'http_403') return { kind: 'auth', reason, status, doubt: 'event' };
  if (kind !== 'retry' || afterMs === undefined) return { kind, reason, status };
  return { kind, reason, status, afterMs };
}

const kindOfCode = (code: number) =>
  AUTH_CODES.has(code) ? 'auth' : DATA_CODES.has(code) ? 'reject' : 'retry';

/** Whether a refusal concerns one table, so that other tables may take their events. */
export const isOfTable = ({ result }: DeliveryError): boolean =>
  result.kind === 'auth' && (result.reason === `clickhouse_${ACCESS_DENIED}` || result.doubt === 'moment');

/** A proxy sees the size of a batch only: after 413 smaller batches may pass. */
function kindOfStatus(status: number): 'auth' | 'reject' | 'retry' {
  if (status === 401 || status === 403) return 'auth';
  return status === 413 ? 'reject' : 'retry';
}

/** A 2xx response with a body is an error that ClickHouse reported after it had sent the status. */
const reasonOfStatus = (status: number): string =>
  status >= 200 && status < 300 ? 'unexpected_answer' : `http_${status}`;

import { QueryFailedError } from 'typeorm';

/** Postgres cannot be used. The message is one sentence for the operator, without the password. */
export class DatabaseUnavailable extends Error {
  override readonly name: string = 'DatabaseUnavailable';
}

/** Postgres cannot be reached, has no free connection, or is starting or stopping: a retry may help. */
export class DatabaseAway extends DatabaseUnavailable {
  override readonly name = 'DatabaseAway';
}

/** SQLSTATE classes after which a retry may help: connection exception, insufficient resources, operator intervention. */
const TRANSIENT = new Set(['08', '53', '57']);

/** Whether Postgres itself refuses, for a reason that waiting does not cure, such as a wrong password or a constraint. */
export function isRefusal(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !TRANSIENT.has(code.slice(0, 2));
}

/**
 * Whether a query or transaction failed only because Postgres is away. For a query in flight the driver reports a SQLSTATE
 * when the server sent one, and none when the connection broke.
 */
export function isAway(error: unknown): boolean {
  return error instanceof DatabaseAway || (error instanceof QueryFailedError && !isRefusal(error));
}

const QUERY_CANCELED = '57014';

/** Whether Postgres cancelled a statement, for instance because it took longer than its session allows. */
export const isCancelled = (error: unknown): boolean =>
  error instanceof QueryFailedError && (error.driverError as { code?: unknown }).code === QUERY_CANCELED;

/**
 * The driver's own words, for sentences that an operator reads. A refused connection to a name with several addresses is an
 * AggregateError without a message.
 */
export function driverMessageOf(error: unknown): string {
  if (error instanceof AggregateError) return driverMessageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

import { QueryFailedError } from 'typeorm';

/** Postgres cannot be used; the message is one sentence for whoever starts the process, without the password. */
export class DatabaseUnavailable extends Error {
  override readonly name: string = 'DatabaseUnavailable';
}

/** It cannot be reached, or has no room or is starting or stopping: another try may help. */
export class DatabaseAway extends DatabaseUnavailable {
  override readonly name = 'DatabaseAway';
}

/** Classes of SQLSTATE after which another try may help: connection exception, insufficient resources, operator intervention. */
const PASSING = new Set(['08', '53', '57']);

/** Whether Postgres itself refuses, for a reason that does not heal by waiting, such as a wrong password or a broken rule. */
export function isRefusal(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !PASSING.has(code.slice(0, 2));
}

/**
 * Whether a failed query or transaction says no more than that Postgres is away. What the driver reports while a query is
 * under way has a SQLSTATE when the server said it, and none when the connection broke.
 */
export function isAway(error: unknown): boolean {
  return error instanceof DatabaseAway || (error instanceof QueryFailedError && !isRefusal(error));
}

/** A refused connection to a name with several addresses is an AggregateError without a message of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

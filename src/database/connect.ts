import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type DataSource } from 'typeorm';
import { type Server, dataSourceOf, type DataSourceOptions } from './data-source.js';

/** Postgres cannot be used; the message is one sentence for whoever starts the process, without the password. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

export interface ConnectOptions extends DataSourceOptions {
  /** How long a server that is away is waited for, in ms. */
  readonly giveUpAfterMs?: number;
}

const RETRY_MS = 500;
/** Classes of SQLSTATE after which another try may help: connection exception, insufficient resources, operator intervention. */
const PASSING = new Set(['08', '53', '57']);
const log = new Logger('Database');

/** Connects to Postgres; waits for a server that is away, and throws DatabaseUnavailable when it stays away or refuses. */
export async function connect(server: Server, options: ConnectOptions = {}): Promise<DataSource> {
  const { giveUpAfterMs = 30_000, ...dataSourceOptions } = options;
  const deadline = Date.now() + giveUpAfterMs;
  const dataSource = dataSourceOf(server, dataSourceOptions);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await dataSource.initialize();
    } catch (error) {
      const reason = reasonOf(error);
      if (isFinal(error)) throw new DatabaseUnavailable(`Postgres at ${nameOf(server)} refuses: ${reason}.`);
      if (Date.now() + RETRY_MS > deadline) {
        throw new DatabaseUnavailable(
          `Postgres at ${nameOf(server)} does not answer after ${Math.round(giveUpAfterMs / 1000)} s: ${reason}.`,
        );
      }
      if (attempt === 1) log.warn({ event: 'database.waiting', server: nameOf(server), reason });
      await sleep(RETRY_MS);
    }
  }
}

/** A wrong password or database name does not heal by waiting; errors without a SQLSTATE come from the network. */
function isFinal(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !PASSING.has(code.slice(0, 2));
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** A refused connection to a name with several addresses is an AggregateError without a message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

function nameOf(server: Server): string {
  return 'url' in server ? `${new URL(server.url).host} (DATABASE_URL)` : server.socketFolder;
}

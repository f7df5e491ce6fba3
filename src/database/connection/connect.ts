import { Logger } from '@nestjs/common';
import { type DataSource } from 'typeorm';
import { sleep, sleepUnlessAborted } from '../../resilience/pauses.js';
import { reasonOf } from '../../resilience/reason-of.js';
import { type DatabaseServer, dataSourceOf, type DataSourceOptions } from './data-source.js';
import { DatabaseAway, DatabaseUnavailable, driverMessageOf, isRefusal } from './unavailable.js';

export interface Patience {
  /** How long to wait for a server that is away, in ms; 30 s by default. */
  readonly giveUpAfterMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

export type ConnectOptions = DataSourceOptions & Patience;

const RETRY_MS = 500;
const logger = new Logger('Database');

/** Creates a DataSource and connects it. Throws as `initialize` does. */
export async function connect(server: DatabaseServer, options: ConnectOptions = {}): Promise<DataSource> {
  const dataSource = dataSourceOf(server, options);
  await initialize(dataSource, server, options);
  return dataSource;
}

/**
 * Connects to Postgres and waits for a server that is away. Throws DatabaseAway when the wait is over, and
 * DatabaseUnavailable at once when Postgres refuses.
 */
export async function initialize(
  dataSource: DataSource,
  server: DatabaseServer,
  { giveUpAfterMs = 30_000, signal }: Patience = {},
): Promise<void> {
  const deadline = Date.now() + giveUpAfterMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await dataSource.initialize();
      return;
    } catch (error) {
      const message = driverMessageOf(error);
      if (isRefusal(error))
        throw new DatabaseUnavailable(`Postgres at ${nameOf(server)} refuses: ${message}.`);
      if (Date.now() + RETRY_MS > deadline || signal?.aborted === true) {
        const seconds = Math.round(giveUpAfterMs / 1_000);
        throw new DatabaseAway(
          `Postgres at ${nameOf(server)} does not answer after ${seconds} s: ${message}.`,
        );
      }
      if (attempt === 1)
        logger.warn({ event: 'database.waiting', server: nameOf(server), reason: reasonOf(error) });
      await (signal ? sleepUnlessAborted(RETRY_MS, signal) : sleep(RETRY_MS));
    }
  }
}

function nameOf(server: DatabaseServer): string {
  return 'url' in server ? `${new URL(server.url).host} (DATABASE_URL)` : server.socketFolder;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type DataSource } from 'typeorm';
import { type DatabaseServer, dataSourceOf, type DataSourceOptions } from './data-source.js';
import { DatabaseAway, DatabaseUnavailable, isRefusal, reasonOf } from './unavailable.js';

export interface Patience {
  /** How long a server that is away is waited for, in ms. */
  readonly giveUpAfterMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

export type ConnectOptions = DataSourceOptions & Patience;

const RETRY_MS = 500;
const logger = new Logger('Database');

/** A connected DataSource of its own; throws as `initialize` does. */
export async function connect(server: DatabaseServer, options: ConnectOptions = {}): Promise<DataSource> {
  const dataSource = dataSourceOf(server, options);
  await initialize(dataSource, server, options);
  return dataSource;
}

/**
 * Connects to Postgres; waits for a server that is away. Throws DatabaseAway when it stays away, DatabaseUnavailable at once
 * when it refuses.
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
      const reason = reasonOf(error);
      if (isRefusal(error))
        throw new DatabaseUnavailable(`Postgres at ${nameOf(server)} refuses: ${reason}.`);
      if (Date.now() + RETRY_MS > deadline || signal?.aborted === true) {
        throw new DatabaseAway(
          `Postgres at ${nameOf(server)} does not answer after ${Math.round(giveUpAfterMs / 1000)} s: ${reason}.`,
        );
      }
      if (attempt === 1) logger.warn({ event: 'database.waiting', server: nameOf(server), reason });
      await sleep(RETRY_MS, undefined, signal && { signal }).catch(() => undefined);
    }
  }
}

function nameOf(server: DatabaseServer): string {
  return 'url' in server ? `${new URL(server.url).host} (DATABASE_URL)` : server.socketFolder;
}

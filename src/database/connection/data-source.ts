import { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { CreateTables1795219200000 } from '../../../migrations/1795219200000-create-tables.js';
import { Administration1795305600000 } from '../../../migrations/1795305600000-administration.js';
import { Delivery1795392000000 } from '../../../migrations/1795392000000-delivery.js';
import { DeliveryOutcomes1795478400000 } from '../../../migrations/1795478400000-delivery-outcomes.js';
import { RetryDelays1795564800000 } from '../../../migrations/1795564800000-retry-delays.js';
import { ReplayOfDeliveries1795651200000 } from '../../../migrations/1795651200000-replay-of-deliveries.js';
import { AdminToken } from '../entities/admin-token.entity.js';
import { AuditRecord } from '../entities/audit-record.entity.js';
import { Connection } from '../entities/connection.entity.js';
import { DeadLetter } from '../entities/dead-letter.entity.js';
import { PendingDelivery } from '../entities/pending-delivery.entity.js';
import { Destination } from '../entities/destination.entity.js';
import { IdempotencyKey } from '../entities/idempotency-key.entity.js';
import { Replay } from '../entities/replay.entity.js';
import { SourceRow } from '../entities/source.entity.js';
import { WriteKeyUsage } from '../entities/write-key.entity.js';
import { WriteKey } from '../entities/write-key.entity.js';
import { Workspace } from '../entities/workspace.entity.js';
import { LateDataSource } from './late-data-source.js';

/** Where Postgres is: a server by its URL, or the embedded one by the folder of its unix socket. */
export type DatabaseServer = { readonly url: string } | { readonly socketFolder: string };

export interface DataSourceOptions {
  /**
   * How long a connection may be silent before it is dropped, in ms; without it, for ever. A server that vanished without
   * a word would otherwise hold every query for a quarter of an hour, until TCP gives up.
   */
  readonly silenceMs?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
const logger = new Logger('Database');

const COMMON = {
  type: 'postgres' as const,
  entities: [
    Workspace,
    SourceRow,
    WriteKey,
    WriteKeyUsage,
    Destination,
    Connection,
    PendingDelivery,
    DeadLetter,
    AdminToken,
    AuditRecord,
    IdempotencyKey,
    Replay,
  ],
  migrations: [
    CreateTables1795219200000,
    Administration1795305600000,
    Delivery1795392000000,
    DeliveryOutcomes1795478400000,
    RetryDelays1795564800000,
    ReplayOfDeliveries1795651200000,
  ],
  migrationsTableName: 'migrations',
  logging: false,
  applicationName: 'tributary',
  // An idle connection that breaks is replaced by the pool when the next query needs one.
  poolErrorHandler: (error: Error) => {
    logger.warn({ event: 'database.connection_lost', reason: error.message });
  },
};

/** Makes a DataSource that is not connected yet. */
export function dataSourceOf(server: DatabaseServer, { silenceMs }: DataSourceOptions = {}): LateDataSource {
  if ('socketFolder' in server) return new LateDataSource({ ...COMMON, ...embedded(server.socketFolder) });
  const stream = silenceMs === undefined ? {} : { stream: () => socketThatGivesUp(silenceMs) };
  return new LateDataSource({
    ...COMMON,
    url: server.url,
    poolSize: 10,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { keepAlive: true, ...stream },
  });
}

/**
 * One connection only: there is one session underneath, and the socket server takes turns between connections message by
 * message. With a second one a statement whose parameters come in several chunks is crossed with another's.
 */
function embedded(socketFolder: string) {
  return {
    host: socketFolder,
    port: 5432,
    username: 'postgres',
    database: 'postgres',
    ssl: false,
    poolSize: 1,
  };
}

function socketThatGivesUp(silenceMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silenceMs, () => {
    socket.destroy(new Error(`Postgres did not answer for ${silenceMs / 1000} s`));
  });
}

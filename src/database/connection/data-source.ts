import { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { CreateTables1795219200000 } from '../../../migrations/1795219200000-create-tables.js';
import { Administration1795305600000 } from '../../../migrations/1795305600000-administration.js';
import { Delivery1795392000000 } from '../../../migrations/1795392000000-delivery.js';
import { DeliveryOutcomes1795478400000 } from '../../../migrations/1795478400000-delivery-outcomes.js';
import { RetryDelays1795564800000 } from '../../../migrations/1795564800000-retry-delays.js';
import { ReplayOfDeliveries1795651200000 } from '../../../migrations/1795651200000-replay-of-deliveries.js';
import { Tenancy1795737600000 } from '../../../migrations/1795737600000-tenancy.js';
import { PostgresTls1795824000000 } from '../../../migrations/1795824000000-postgres-tls.js';
import { ShedBacklogs1795910400000 } from '../../../migrations/1795910400000-shed-backlogs.js';
import { Quotas1795996800000 } from '../../../migrations/1795996800000-quotas.js';
import { Answers1796083200000 } from '../../../migrations/1796083200000-answers.js';
import { AdminToken } from '../entities/admin-token.entity.js';
import { AuditRecord } from '../entities/audit-record.entity.js';
import { Connection } from '../entities/connection.entity.js';
import { DeadLetter } from '../entities/dead-letter.entity.js';
import { Destination } from '../entities/destination.entity.js';
import { IdempotencyKey } from '../entities/idempotency-key.entity.js';
import { PendingDelivery } from '../entities/pending-delivery.entity.js';
import { Replay } from '../entities/replay.entity.js';
import { SourceRow } from '../entities/source.entity.js';
import { Workspace, WorkspaceQuotas } from '../entities/workspace.entity.js';
import { WriteKey, WriteKeyUsage } from '../entities/write-key.entity.js';
import { reasonOf } from '../../resilience/reason-of.js';
import { LateDataSource, type SessionLimits } from './late-data-source.js';

/** Address of Postgres: the URL of a server, or the folder of the embedded Postgres's unix socket. */
export type DatabaseServer = { readonly url: string } | { readonly socketFolder: string };

export interface DataSourceOptions {
  /**
   * Longest silence of a connection before it is dropped, in ms; no limit by default. Without a limit, a server that
   * vanished without closing its connections holds every query until TCP gives up, after about 15 minutes.
   */
  readonly silenceMs?: number;
  /** Limits of each session at the server; none by default. They do not apply to the embedded Postgres. */
  readonly limits?: SessionLimits;
}

const CONNECT_TIMEOUT_MS = 5_000;
const logger = new Logger('Database');

const COMMON = {
  type: 'postgres' as const,
  entities: [
    Workspace,
    WorkspaceQuotas,
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
    Tenancy1795737600000,
    PostgresTls1795824000000,
    ShedBacklogs1795910400000,
    Quotas1795996800000,
    Answers1796083200000,
  ],
  migrationsTableName: 'migrations',
  logging: false,
  applicationName: 'tributary',
  // The pool replaces a broken idle connection when the next query needs one.
  poolErrorHandler: (error: Error) => {
    logger.warn({ event: 'database.connection_lost', reason: reasonOf(error) });
  },
};

/** Creates a DataSource without connecting it. */
export function dataSourceOf(
  server: DatabaseServer,
  { silenceMs, limits }: DataSourceOptions = {},
): LateDataSource {
  if ('socketFolder' in server) return new LateDataSource({ ...COMMON, ...embedded(server.socketFolder) });
  const stream = silenceMs === undefined ? {} : { stream: () => socketWithIdleTimeout(silenceMs) };
  const options = {
    ...COMMON,
    url: server.url,
    poolSize: 10,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { keepAlive: true, ...stream },
  };
  return new LateDataSource(options, limits);
}

/**
 * One connection only: PGlite has one session, and its socket server alternates between connections after each message.
 * With a second connection, a statement whose parameters arrive in several chunks is mixed with another statement.
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

function socketWithIdleTimeout(silenceMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silenceMs, () => {
    socket.destroy(new Error(`Postgres did not answer for ${silenceMs / 1000} s`));
  });
}

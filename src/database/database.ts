import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Config } from '../config/config.js';
import { Outage } from '../resilience/outage.js';
import { sleepUnlessAborted } from '../resilience/pauses.js';
import { reasonOf } from '../resilience/reason-of.js';
import {
  bootstrap,
  type BootstrapConfig,
  type FirstCredentials,
  type FirstDestination,
} from './bootstrap.js';
import { initialize, type Patience } from './connection/connect.js';
import { dataSourceOf, type DatabaseServer } from './connection/data-source.js';
import { type LateDataSource } from './connection/late-data-source.js';
import { runMigrations } from './connection/run-migrations.js';
import { DatabaseAway, isAway } from './connection/unavailable.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';

const SILENCE_MS = 15_000;
/**
 * Statements end shortly before their silent connection would be dropped: then the server stops its work too, and the caller
 * learns the reason. Longer work, such as retention, goes in parts. Migrations have connections without limits.
 */
const LIMITS = { statementMs: 14_000, idleInTransactionMs: 30_000 };
/** Long enough for a restart of Postgres, short enough that the balancer does not miss the instance. */
const STANDBY_AFTER_MS = 5_000;
/** Together with the poll interval of ChangeWatch: changes made during an outage are loaded within 2 s of its end. */
const RETRY_MS = 500;

type DatabaseConfig = Pick<Config, 'DATABASE_URL' | 'DATA_DIR'> & BootstrapConfig;

/** Decisions about the start that belong to the process: the tables do not know destination types or the work of a role. */
export class DatabaseStart {
  constructor(
    /** Created and connected to the first source when the database has no workspace. */
    readonly firstDestinations: readonly FirstDestination[] = [],
    /** Whether the process has work to do without Postgres, so that it need not wait for it. */
    readonly canWorkWithoutPostgres = false,
  ) {}
}

/**
 * Postgres, by DATABASE_URL or embedded in DATA_DIR, with migrated tables and, after the first start, its first rows. A
 * process that can work without Postgres starts without it; then migrations and first rows follow when Postgres answers.
 * Until then every query fails at once with DatabaseAway.
 */
export class Database implements OnApplicationShutdown {
  readonly dataSource: LateDataSource;
  /** Credentials that this start created, undefined if none; pending while Postgres is away. */
  readonly credentials: Promise<FirstCredentials | undefined>;
  private readonly logger = new Logger(Database.name);
  private readonly outage = new Outage(this.logger, { lost: 'database.away', back: 'database.back' });
  private readonly server: DatabaseServer;
  private readonly closing = new AbortController();
  private resolveCredentials: (credentials: FirstCredentials | undefined) => void = () => undefined;
  private preparing: Promise<void> | undefined;

  private constructor(
    private readonly config: DatabaseConfig,
    private readonly firstDestinations: readonly FirstDestination[],
    private readonly embedded: EmbeddedPostgres | undefined,
  ) {
    this.server = embedded ?? { url: config.DATABASE_URL ?? '' };
    this.dataSource = dataSourceOf(this.server, { silenceMs: SILENCE_MS, limits: LIMITS });
    this.credentials = new Promise((resolve) => (this.resolveCredentials = resolve));
  }

  /** Throws DatabaseUnavailable when Postgres refuses, and DatabaseAway when it is away and this process needs it. */
  static async open(config: DatabaseConfig, start = new DatabaseStart()): Promise<Database> {
    const { firstDestinations, canWorkWithoutPostgres } = start;
    const embedded =
      config.DATABASE_URL === undefined ? await EmbeddedPostgres.start(config.DATA_DIR) : undefined;
    const database = new Database(config, firstDestinations, embedded);
    try {
      await database.prepare(canWorkWithoutPostgres ? { giveUpAfterMs: STANDBY_AFTER_MS } : {});
    } catch (error) {
      if (!canWorkWithoutPostgres || !(error instanceof DatabaseAway)) {
        await database.close();
        throw error;
      }
      database.preparing = database.keepPreparing(error);
    }
    return database;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.preparing;
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
    await this.embedded?.stop();
  }

  /** Runs after every other provider has stopped using the database. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async prepare(patience: Patience): Promise<void> {
    const applied = await runMigrations(this.server, patience);
    if (applied.length > 0) this.logger.log({ event: 'database.migrated', applied });
    if (!this.dataSource.isInitialized) await initialize(this.dataSource, this.server, patience);
    this.resolveCredentials(await bootstrap(this.dataSource, this.config, this.firstDestinations));
  }

  /**
   * Retries in the background until it succeeds. A refusal by Postgres does not end it: the operator has to correct the
   * cause, and the collector accepts calls in the meantime.
   */
  private async keepPreparing(away: DatabaseAway): Promise<void> {
    const { signal } = this.closing;
    this.dataSource.reason = away.message;
    this.outage.failed(away);
    let lastReason = '';
    for (;;) {
      await sleepUnlessAborted(RETRY_MS, signal);
      if (signal.aborted) return;
      try {
        await this.prepare({ giveUpAfterMs: 0, signal });
        this.outage.recovered();
        return;
      } catch (error) {
        const reason = reasonOf(error);
        const isNews = !isAway(error) && reason !== lastReason;
        if (isNews) this.logger.error({ event: 'database.not_prepared', reason });
        lastReason = reason;
      }
    }
  }
}

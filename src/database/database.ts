import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Config } from '../config/config.js';
import { bootstrap, type Made } from './bootstrap.js';
import { initialize, type Patience } from './connection/connect.js';
import { dataSourceOf, type DatabaseServer } from './connection/data-source.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { type LateDataSource } from './connection/late-data-source.js';
import { runMigrations } from './connection/run-migrations.js';
import { mayStartWithout } from './standby.js';
import { DatabaseAway, isAway, reasonOf } from './connection/unavailable.js';

const SILENCE_MS = 15_000;
/** Long enough for a restart of Postgres to pass unnoticed, short enough for nobody to miss the instance. */
const STANDBY_AFTER_MS = 5_000;
/** Together with a poll of the changes, what was changed meanwhile is known within 2 s. */
const RETRY_MS = 500;

/**
 * Postgres, a server by DATABASE_URL or the embedded one in DATA_DIR, with its tables up to date and at the first start its
 * first rows. A process that can serve without it starts without it, and gets all that as soon as Postgres answers: until
 * then every query fails at once with DatabaseAway.
 */
export class Database implements OnApplicationShutdown {
  readonly dataSource: LateDataSource;
  /** What this start found missing and made; pending while Postgres is away. */
  readonly made: Promise<Made | undefined>;
  private readonly logger = new Logger(Database.name);
  private readonly server: DatabaseServer;
  private readonly closing = new AbortController();
  private resolveMade: (made: Made | undefined) => void = () => undefined;
  private preparing: Promise<void> | undefined;

  private constructor(
    private readonly config: Config,
    private readonly embedded: EmbeddedPostgres | undefined,
  ) {
    this.server = embedded ?? { url: config.DATABASE_URL ?? '' };
    this.dataSource = dataSourceOf(this.server, { silenceMs: SILENCE_MS });
    this.made = new Promise((resolve) => (this.resolveMade = resolve));
  }

  /** Throws DatabaseUnavailable when Postgres refuses, or is away and this process has nothing to do without it. */
  static async open(config: Config): Promise<Database> {
    const embedded =
      config.DATABASE_URL === undefined ? await EmbeddedPostgres.start(config.DATA_DIR) : undefined;
    const database = new Database(config, embedded);
    const standby = mayStartWithout(config);
    try {
      await database.prepare(standby ? { giveUpAfterMs: STANDBY_AFTER_MS } : {});
    } catch (error) {
      if (!standby || !(error instanceof DatabaseAway)) {
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

  /** After every other provider has stopped using it. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async prepare(patience: Patience): Promise<void> {
    const applied = await runMigrations(this.server, patience);
    if (applied.length > 0) this.logger.log({ event: 'database.migrated', applied });
    if (!this.dataSource.isInitialized) await initialize(this.dataSource, this.server, patience);
    this.resolveMade(await bootstrap(this.dataSource, this.config, { console: this.embedded !== undefined }));
  }

  /**
   * In the background until it is done, also when Postgres is back and refuses: a person has to mend that, and calls are
   * taken meanwhile.
   */
  private async keepPreparing(away: DatabaseAway): Promise<void> {
    const { signal } = this.closing;
    this.dataSource.reason = away.message;
    this.logger.warn({ event: 'database.away', reason: away.message });
    let said = '';
    for (;;) {
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.prepare({ giveUpAfterMs: 0, signal });
        this.logger.log({ event: 'database.back' });
        return;
      } catch (error) {
        const reason = reasonOf(error);
        if (!isAway(error) && reason !== said) this.logger.error({ event: 'database.not_prepared', reason });
        said = reason;
      }
    }
  }
}

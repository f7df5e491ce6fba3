import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type DataSource } from 'typeorm';
import { type Config } from '../config/config.js';
import { connect } from './connect.js';
import { type Server } from './data-source.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { runMigrations } from './run-migrations.js';

const SILENCE_MS = 15_000;

/** The open database: a server by DATABASE_URL, or the embedded Postgres in DATA_DIR, with its tables up to date. */
export class Database implements OnApplicationShutdown {
  private constructor(
    readonly dataSource: DataSource,
    private readonly embedded: EmbeddedPostgres | undefined,
  ) {}

  get isEmbedded(): boolean {
    return this.embedded !== undefined;
  }

  /** Throws DatabaseUnavailable when there is no usable Postgres. */
  static async open(config: Config): Promise<Database> {
    const embedded =
      config.DATABASE_URL === undefined ? await EmbeddedPostgres.start(config.DATA_DIR) : undefined;
    const server: Server = embedded ?? { url: config.DATABASE_URL ?? '' };
    try {
      const applied = await runMigrations(server);
      if (applied.length > 0) new Logger(Database.name).log({ event: 'database.migrated', applied });
      return new Database(await connect(server, { silenceMs: SILENCE_MS }), embedded);
    } catch (error) {
      await embedded?.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
    await this.embedded?.stop();
  }

  /** After every other provider has stopped using it. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { ConditionsModule } from '../health/conditions.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { Bootstrapped } from './bootstrap.js';
import { ChangeWatch } from './change-watch.js';
import { DatabaseReport } from './database-report.js';
import { Database, DatabaseStart } from './database.js';

/**
 * The open database with migrated tables and first rows. All of that happens while Nest creates the providers, so every
 * `onModuleInit` can query, unless Postgres is away and the process may start without it.
 */
@Module({
  imports: [ConditionsModule, MetricsModule],
  providers: [
    DatabaseReport,
    {
      provide: Database,
      inject: [Config, { token: DatabaseStart, optional: true }],
      useFactory: (config: Config, start?: DatabaseStart) => Database.open(config, start),
    },
    { provide: DataSource, inject: [Database], useFactory: (database: Database) => database.dataSource },
    {
      provide: Bootstrapped,
      inject: [Database],
      useFactory: ({ credentials }: Database) => new Bootstrapped(credentials),
    },
    {
      provide: ChangeWatch,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new ChangeWatch(dataSource),
    },
  ],
  exports: [DataSource, ChangeWatch, Bootstrapped],
})
export class DatabaseModule {}

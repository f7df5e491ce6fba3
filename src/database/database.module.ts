import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { ConditionsModule } from '../health/conditions.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { Bootstrapped } from './bootstrap.js';
import { ChangeWatch } from './change-watch.js';
import { DatabaseReport } from './database-report.js';
import { Database } from './database.js';

/**
 * The open database with its tables up to date and, at the first start, its first rows: all of that happens while
 * providers are made, so that every `onModuleInit` finds it done, except where Postgres is away and may be.
 */
@Module({
  imports: [ConditionsModule, MetricsModule],
  providers: [
    DatabaseReport,
    { provide: Database, inject: [Config], useFactory: (config: Config) => Database.open(config) },
    { provide: DataSource, inject: [Database], useFactory: (database: Database) => database.dataSource },
    {
      provide: Bootstrapped,
      inject: [Database],
      useFactory: ({ made }: Database) => new Bootstrapped(made),
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

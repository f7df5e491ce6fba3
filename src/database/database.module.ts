import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { bootstrap, Bootstrapped } from './bootstrap.js';
import { ChangeWatch } from './change-watch.js';
import { Database } from './database.js';

/**
 * The open database with its tables up to date and, at the first start, its first rows: all of that happens while
 * providers are made, so that every `onModuleInit` finds it done.
 */
@Module({
  providers: [
    { provide: Database, inject: [Config], useFactory: (config: Config) => Database.open(config) },
    { provide: DataSource, inject: [Database], useFactory: (database: Database) => database.dataSource },
    {
      provide: Bootstrapped,
      inject: [Database, Config],
      useFactory: ({ dataSource, isEmbedded }: Database, config: Config) =>
        bootstrap(dataSource, config, { console: isEmbedded }),
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

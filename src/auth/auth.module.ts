import { Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { WorkerPlace } from '../config/workers.js';
import { DatabaseModule } from '../database/database.module.js';
import { ConditionsModule } from '../health/conditions.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { SnapshotFile, writeKeysFile } from './snapshot/snapshot-file.js';
import { UsageModule } from './usage/usage.module.js';
import { WriteKeyReport } from './snapshot/write-key-report.js';
import { WriteKeyGuard } from './write-key.guard.js';
import { WriteKeySnapshot } from './snapshot/write-key-snapshot.js';

/** Who may send: the write keys in memory, their rate limits, and their usage counts. */
@Module({
  imports: [DatabaseModule, ConditionsModule, MetricsModule, RateLimitModule, UsageModule],
  providers: [
    {
      provide: SnapshotFile,
      inject: [Config, WorkerPlace],
      // A worker would confirm as new what another one, which had read Postgres earlier, has just written.
      useFactory: ({ DATA_DIR }: Config, { isFirst }: WorkerPlace) =>
        new SnapshotFile(writeKeysFile(DATA_DIR), { isReadOnly: !isFirst }),
    },
    WriteKeySnapshot,
    WriteKeyReport,
    WriteKeyGuard,
  ],
  exports: [WriteKeySnapshot, WriteKeyGuard, RateLimitModule, UsageModule],
})
export class AuthModule {}

import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { EventLogModule } from '../../event-log/event-log.module.js';
import { DryRun } from './dry-run.js';
import { Histories } from './history/histories.js';

/** What a replay would read and deliver: for the admin API, which makes replays, and the workers, which run them. */
@Module({
  imports: [DatabaseModule, EventLogModule],
  providers: [Histories, DryRun],
  exports: [Histories, DryRun],
})
export class ReplayPlanModule {}

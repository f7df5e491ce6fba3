import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { KeyUsage } from './key-usage.js';

/** Counts on write keys: the guard adds refused calls, the publisher messages and the calls that the log does not take. */
@Module({
  imports: [DatabaseModule],
  providers: [KeyUsage],
  exports: [KeyUsage],
})
export class UsageModule {}

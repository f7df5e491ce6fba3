import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { KeyUsage } from './key-usage.js';

/** Usage counts of write keys: the guard counts refused calls; the publisher counts messages and calls that the log did not take. */
@Module({
  imports: [DatabaseModule],
  providers: [KeyUsage],
  exports: [KeyUsage],
})
export class UsageModule {}

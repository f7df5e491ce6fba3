import { Module } from '@nestjs/common';
import { UsageModule } from '../auth/usage/usage.module.js';
import { DeduplicationModule } from '../deduplication/deduplication.module.js';
import { EventLogModule } from '../event-log/event-log.module.js';
import { EventPublisher } from './publisher.js';

/** The part of destinations that collectors need: it appends calls to the event log. */
@Module({
  imports: [EventLogModule, DeduplicationModule, UsageModule],
  providers: [EventPublisher],
  exports: [EventPublisher],
})
export class DestinationsModule {}

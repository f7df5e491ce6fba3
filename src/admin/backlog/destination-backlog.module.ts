import { Module } from '@nestjs/common';
import { EventLogModule } from '../../event-log/event-log.module.js';
import { AccessModule } from '../access/access.module.js';
import { DestinationAdminModule } from '../destinations/destinations.module.js';
import { DestinationBacklogController } from './destination-backlog.controller.js';
import { DestinationBacklogs } from './destination-backlogs.js';

@Module({
  imports: [AccessModule, DestinationAdminModule, EventLogModule],
  controllers: [DestinationBacklogController],
  providers: [DestinationBacklogs],
})
export class DestinationBacklogModule {}

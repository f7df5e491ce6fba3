import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { DestinationAdminModule } from '../destinations/destinations.module.js';
import { DestinationActionsController } from './destination-actions.controller.js';
import { DestinationTest } from './destination-test.js';

@Module({
  imports: [ChangesModule, DestinationAdminModule],
  controllers: [DestinationActionsController],
  providers: [DestinationTest],
})
export class DestinationActionsModule {}

import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { DestinationsModule } from '../destinations/destinations.module.js';
import { DestinationActionsController } from './destination-actions.controller.js';
import { DestinationTest } from './destination-test.js';

@Module({
  imports: [ChangesModule, DestinationsModule],
  controllers: [DestinationActionsController],
  providers: [DestinationTest],
})
export class DestinationActionsModule {}

import { Module } from '@nestjs/common';
import { TestDeliveryModule } from '../../destinations/test-delivery/test-delivery.module.js';
import { AllowedTypes } from '../../destinations/settings/allowed-types.js';
import { ChangesModule } from '../changes/changes.module.js';
import { DestinationSettings } from './destination-settings.js';
import { Destinations } from './destinations.js';
import { DestinationsController } from './destinations.controller.js';

@Module({
  imports: [ChangesModule, TestDeliveryModule],
  controllers: [DestinationsController],
  providers: [AllowedTypes, Destinations, DestinationSettings],
  exports: [Destinations, DestinationSettings, TestDeliveryModule],
})
export class DestinationAdminModule {}

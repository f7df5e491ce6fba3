import { Module } from '@nestjs/common';
import { AllowedTypes } from '../../destinations/settings/allowed-types.js';
import { AccessModule } from '../access/access.module.js';
import { DestinationTypesController } from './destination-types.controller.js';

@Module({
  imports: [AccessModule],
  controllers: [DestinationTypesController],
  providers: [AllowedTypes],
})
export class DestinationTypesModule {}

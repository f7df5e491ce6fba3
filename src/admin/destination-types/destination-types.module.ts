import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { DestinationTypesController } from './destination-types.controller.js';

@Module({
  imports: [AccessModule],
  controllers: [DestinationTypesController],
})
export class DestinationTypesModule {}

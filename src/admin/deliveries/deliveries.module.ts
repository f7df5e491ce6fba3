import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { DeliveriesController } from './deliveries.controller.js';
import { Explanation } from './explanation.js';

@Module({
  imports: [AccessModule],
  controllers: [DeliveriesController],
  providers: [Explanation],
})
export class DeliveriesModule {}

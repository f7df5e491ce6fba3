import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryExplainer } from './delivery-explainer.js';

@Module({
  imports: [AccessModule],
  controllers: [DeliveriesController],
  providers: [DeliveryExplainer],
})
export class DeliveriesModule {}

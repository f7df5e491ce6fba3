import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { ReplayClaims } from './replay-claims.js';
import { ReplayDelivery } from './replay-delivery.js';
import { ReplayPlanModule } from './replay-plan.module.js';
import { ReplayRecorder } from './replay-recorder.js';
import { ReplayRunner } from './replay-runner.js';
import { ReplayWorker } from './replay-worker.js';

/** Replays, run beside the deliveries of this process and by the same engine. */
@Module({
  imports: [DatabaseModule, DeliveryModule, ReplayPlanModule],
  providers: [ReplayClaims, ReplayDelivery, ReplayRecorder, ReplayRunner, ReplayWorker],
})
export class ReplayModule {}

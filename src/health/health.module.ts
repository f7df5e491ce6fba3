import { Module } from '@nestjs/common';
import { EventLogModule } from '../event-log/event-log.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { ConditionsModule } from './conditions.module.js';
import { HealthController } from './health.controller.js';
import { LocalLogRoom } from './local-log-room.js';
import { Readiness } from './readiness.js';

@Module({
  imports: [EventLogModule, ConditionsModule, MetricsModule],
  controllers: [HealthController],
  providers: [LocalLogRoom, Readiness],
  exports: [Readiness],
})
export class HealthModule {}

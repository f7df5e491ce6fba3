import { Module } from '@nestjs/common';
import { Gauges } from './gauges.js';
import { MetricsController } from './metrics.controller.js';
import { ProcessMetrics } from './process-metrics.js';

@Module({ controllers: [MetricsController], providers: [Gauges, ProcessMetrics], exports: [Gauges] })
export class MetricsModule {}

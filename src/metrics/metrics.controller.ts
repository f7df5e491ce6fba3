import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { counters } from './counters.js';
import { Gauges } from './gauges.js';
import { ProcessMetrics } from './process-metrics.js';

/** Metrics for Prometheus. They contain no tenant and no event, so they need no credentials. Not part of the API document. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly gauges: Gauges,
    private readonly processMetrics: ProcessMetrics,
  ) {}

  @Get()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  read(): Promise<string> {
    return Registry.merge([counters, this.gauges.registry, this.processMetrics.registry]).metrics();
  }
}

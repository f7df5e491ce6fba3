import { Controller, Get, Header, Optional, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AggregatorRegistry, Registry } from 'prom-client';
import { counters } from './counters.js';
import { Gauges } from './gauges.js';
import { MetricsOfWorkers } from './metrics-of-workers.js';
import { ProcessMetrics } from './process-metrics.js';

/** Metrics for Prometheus, of all workers of the machine together. They contain no tenant and no event, so they need no credentials. Not part of the API document. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly gauges: Gauges,
    private readonly processMetrics: ProcessMetrics,
    @Optional() private readonly workers?: MetricsOfWorkers,
  ) {
    workers?.answerWith(() => this.own().getMetricsAsJSON());
  }

  @Get()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  async read(): Promise<string> {
    if (this.workers === undefined) return this.own().metrics();
    const reports = await this.workers.reports();
    // The metrics of this worker alone would look like a restart of all counters.
    if (reports === undefined) throw new ServiceUnavailableException('The supervisor does not answer.');
    return AggregatorRegistry.aggregate([...reports]).metrics();
  }

  private own(): Registry {
    return Registry.merge([counters, this.gauges.registry, this.processMetrics.registry]);
  }
}
